import CLinux
public import Domain
import Foundation
import Synchronization

/// Tells sources that may be pulled out or go away from those that stay: what comes from them is
/// copied before it is queued.
public final class SourceMedium: Sendable {
  private let known = Mutex<[String: StagingReason?]>([:])
  private let look: @Sendable (String) -> StagingReason?

  /// - Parameter look: decides for a folder; the real disk unless told otherwise.
  public init(
    look: @escaping @Sendable (String) -> StagingReason? = { SourceMedium.reason(folder: $0) }
  ) {
    self.look = look
  }

  /// Why a file is copied first; nil when it stays where it is. Each folder is looked at once.
  public func reason(for path: String) -> StagingReason? {
    let folder = (path as NSString).deletingLastPathComponent
    if let answer = known.withLock({ $0[folder] }) { return answer }
    let answer = look(folder)
    known.withLock { $0[folder] = .some(answer) }
    return answer
  }

  /// Looks at the mount and, where the kernel knows one, the device behind it.
  public static func reason(folder: String) -> StagingReason? {
    if FileSystemKind.network(at: folder) != nil { return .network }
    guard let real = realPath(folder) else { return nil }
    return reason(
      real: real, mounts: readText("/proc/self/mountinfo") ?? "", flag: { readText($0) },
      device: { realPath($0) })
  }

  /// - Parameters:
  ///   - mounts: the text of /proc/self/mountinfo.
  ///   - flag: the content of a file of sysfs.
  ///   - device: where a link of sysfs leads.
  static func reason(
    real: String, mounts: String, flag: (String) -> String?, device: (String) -> String?
  ) -> StagingReason? {
    guard let found = mount(of: real, mounts) else { return nil }
    // Where desktops and people mount what is plugged in.
    for place in ["/run/media/", "/media/", "/mnt/"] where (found.point + "/").hasPrefix(place) {
      return .removable
    }
    let link = "/sys/dev/block/" + found.device
    // A partition has no flag of its own; that of its disk stands one folder above.
    if let target = device(link) {
      if target.contains("/usb") { return .removable }
      for file in [target + "/removable", target + "/../removable"]
      where flag(file)?.trimmingCharacters(in: .whitespacesAndNewlines) == "1" {
        return .removable
      }
    }
    return ["iso9660", "udf"].contains(found.type) ? .removable : nil
  }

  /// The mount with the longest mount point above a path: point, device number and type.
  private static func mount(
    of real: String, _ mounts: String
  ) -> (point: String, device: String, type: String)? {
    var best: (point: String, device: String, type: String)?
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 6, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count
      else { continue }
      let point = String(fields[4]).replacing("\\040", with: " ")
      let isAbove = point == "/" || real == point || real.hasPrefix(point + "/")
      if isAbove, point.utf8.count >= (best?.point.utf8.count ?? 0) {
        best = (point, String(fields[2]), String(fields[dash + 1]))
      }
    }
    return best
  }
}
