import CLinux
import Foundation
import Synchronization

/// The folder of bytes that only RadRelay keeps: unpacked from archives, copied from media that may
/// be pulled out, rewritten, received from modalities.
///
/// A file is here because a row of `upload_files` names it, or because an intake is about to make
/// that row (``SpoolIntake``). Rows are the truth: a file is removed when its upload is proven or
/// was given up (``Store/releaseSpooled(at:)``), and never to make room for another one.
final class Spool: Sendable {
  let folder: String
  private let limits: Mutex<SpoolOptions>
  /// How much it may take at this moment: a person may change it.
  var options: SpoolOptions {
    get { limits.withLock { $0 } }
    set { limits.withLock { $0 = newValue } }
  }
  /// Bytes that intakes of this process were promised and have not written yet.
  private let promised = Mutex<Int64>(0)

  init(folder: String, options: SpoolOptions) {
    self.folder = folder
    limits = Mutex(options)
  }

  /// Locked shared by every intake, of whichever process: while one is under way, nothing that has
  /// no row yet is taken for a leftover.
  var lockPath: String { folder + "/.intake" }

  /// The name of a spooled file; nil for a path that is not directly in the spool.
  func name(of path: String) -> String? {
    guard path.hasPrefix(folder + "/") else { return nil }
    let name = String(path.dropFirst(folder.utf8.count + 1))
    return Self.isName(name) ? name : nil
  }

  /// True for names that intakes give: an identifier.
  static func isName(_ name: String) -> Bool {
    name.utf8.count == 36 && name.utf8.allSatisfy { "0123456789abcdef-".utf8.contains($0) }
  }

  /// Every staged file by name, complete or not, with what stat(2) says of it.
  func contents() throws -> [String: stat] {
    guard let stream = opendir(folder) else {
      if errno == ENOENT { return [:] }
      throw StoreError.inaccessible(path: folder, reason: systemReason())
    }
    defer { closedir(stream) }
    var found: [String: stat] = [:]
    while let entry = readdir(stream) {
      let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
      let start = (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)
      let name = String(cString: start)
      var info = stat()
      guard !name.hasPrefix("."), fstatat(dirfd(stream), name, &info, AT_SYMLINK_NOFOLLOW) == 0
      else { continue }
      found[name] = info
    }
    return found
  }

  func usage() throws -> SpoolUsage {
    let sizes = try contents().values.map { Int64($0.st_size) }
    return SpoolUsage(
      files: sizes.count, bytes: sizes.reduce(0) { $0.addingReportingOverflow($1).partialValue })
  }

  /// Promises room, or says why there is none. Looked at before anything is copied.
  /// - Throws: ``StoreError/noRoom(_:)``.
  func admit(_ bytes: Int64) throws {
    let options = options
    try promised.withLock { promised in
      let (wanted, overflow) = bytes.addingReportingOverflow(promised)
      guard bytes >= 0, !overflow else {
        throw StoreError.noRoom("The size of what is to be copied is not valid.")
      }
      if let quota = options.quotaBytes {
        let held = try usage().bytes
        let room = quota - min(quota, held)
        guard wanted <= room else {
          throw StoreError.noRoom(
            "\(Self.size(wanted - room)) too little room: \(Self.size(bytes)) are to be copied, and the spool may hold \(Self.size(quota)) in "
              + "all; \(Self.size(held)) wait in it to be sent. Let some of it be sent first, or "
              + "raise the quota. Nothing was taken, and nothing is lost.")
        }
      }
      if let free = options.freeBytes(folder) {
        let room = free - min(free, options.reserveBytes)
        guard wanted <= room else {
          throw StoreError.noRoom(
            "\(Self.size(wanted - room)) too little room: \(Self.size(bytes)) are to be copied, \(Self.size(free)) are free on the disk of "
              + "\(folder), and \(Self.size(options.reserveBytes)) of these must stay free. Make "
              + "room, or let some of the queue be sent first. Nothing was taken, and nothing is "
              + "lost.")
        }
      }
      promised = wanted
    }
  }

  /// A part of the promised room is written, or not needed any more.
  func settle(_ bytes: Int64) { promised.withLock { $0 = max(0, $0 - bytes) } }

  /// Makes names durable: of files that appeared or went.
  func flush() throws {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw StoreError.inaccessible(path: folder, reason: systemReason())
    }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw StoreError.inaccessible(path: folder, reason: systemReason())
    }
  }

  /// `1.9 GB`, in powers of ten as disks are sold.
  static func size(_ bytes: Int64) -> String {
    let units = ["B", "KB", "MB", "GB", "TB"]
    var value = Double(max(0, bytes))
    var unit = 0
    while value >= 1_000, unit < units.count - 1 {
      value /= 1_000
      unit += 1
    }
    let tenths = (value * 10).rounded() / 10
    let isWhole = unit == 0 || tenths >= 100 || tenths == tenths.rounded()
    let text = isWhole ? "\(Int(value.rounded()))" : "\(tenths)"
    return "\(text) \(units[unit])"
  }
}
