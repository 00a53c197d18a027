import DICOM
import Domain
import Foundation

/// Decides when the files that appear in a folder are a study that nobody writes to any more. Pure:
/// times are seconds of any clock that does not go back.
///
/// A file is read when it has not changed for a moment; a study is taken when none of its files,
/// and nothing that is still being written beside them, has changed for the quiet time.
struct QuietStudies {
  /// Seconds without a change after which a study is taken.
  let quiet: TimeInterval
  /// Seconds without a change after which a file is read.
  let pause: TimeInterval
  private var files: [String: Entry] = [:]

  private struct Entry {
    var stamp: FileStamp
    var changedAt: TimeInterval
    var content: Content
  }

  private enum Content {
    case unread
    case instance(ScannedInstance)
    /// Not DICOM, damaged, or in the queue already: of no interest until it changes.
    case done
  }

  /// A study whose time has come: its instances with the stamps under which they were read.
  struct Taking {
    var instances: [(instance: ScannedInstance, stamp: FileStamp)]
  }

  init(quiet: TimeInterval) {
    self.quiet = max(0, quiet)
    pause = min(1, self.quiet)
  }

  /// Number of files that are neither queued nor given up.
  var waiting: Int {
    files.values.count { if case .done = $0.content { false } else { true } }
  }

  /// True when the file was seen in this state before.
  func knows(_ path: String, _ stamp: FileStamp) -> Bool { files[path]?.stamp == stamp }

  /// A file was seen. Only a new stamp counts as a change.
  mutating func saw(_ path: String, _ stamp: FileStamp, at now: TimeInterval) {
    guard files[path]?.stamp != stamp else { return }
    files[path] = Entry(stamp: stamp, changedAt: now, content: .unread)
  }

  mutating func gone(_ path: String) { files[path] = nil }

  /// A file that was queued before, perhaps by another process.
  mutating func isQueued(_ path: String, _ stamp: FileStamp) {
    files[path] = Entry(stamp: stamp, changedAt: -.infinity, content: .done)
  }

  /// Files to be read now.
  func unread(at now: TimeInterval) -> [(path: String, stamp: FileStamp)] {
    files.filter { entry in
      if case .unread = entry.value.content { return entry.value.changedAt + pause <= now }
      return false
    }
    .map { ($0.key, $0.value.stamp) }.sorted { $0.path < $1.path }
  }

  /// What reading gave; nil when there is nothing to send in it.
  mutating func read(_ path: String, _ stamp: FileStamp, as instance: ScannedInstance?) {
    guard files[path]?.stamp == stamp else { return }
    files[path]?.content = instance.map(Content.instance) ?? .done
  }

  /// Studies that nobody writes to any more.
  func quietStudies(at now: TimeInterval) -> [Taking] {
    let changing = Set(
      files.filter { entry in
        if case .unread = entry.value.content { return true }
        return false
      }
      .map { folder(of: $0.key) })
    return groups().values
      .filter { group in
        group.allSatisfy { $0.changedAt + quiet <= now && !changing.contains(folder(of: $0.path)) }
      }
      .map { group in
        Taking(instances: group.map { ($0.instance, $0.stamp) })
      }
      .sorted { $0.instances[0].instance.path < $1.instances[0].instance.path }
  }

  /// When to look again; nil when only a change can make a difference.
  func nextLook() -> TimeInterval? {
    let reads = files.values.compactMap { entry -> TimeInterval? in
      if case .unread = entry.content { return entry.changedAt + pause }
      return nil
    }
    let takes = groups().values.compactMap { group in group.map { $0.changedAt + quiet }.max() }
    return (reads + takes).min()
  }

  /// The files are in the queue (or were refused for good).
  mutating func finished(_ paths: [String]) {
    for path in paths { files[path]?.content = .done }
  }

  /// Everything that would be taken next is put off: the queue could not take it.
  mutating func postpone(_ paths: [String], at now: TimeInterval) {
    for path in paths { files[path]?.changedAt = now }
  }

  private typealias Member = (
    path: String, instance: ScannedInstance, stamp: FileStamp, changedAt: TimeInterval
  )

  /// Read files by study; a file without Study Instance UID belongs to what lies beside it.
  private func groups() -> [String: [Member]] {
    var groups: [String: [Member]] = [:]
    for (path, entry) in files {
      guard case .instance(let instance) = entry.content else { continue }
      let key =
        instance.studyInstanceUID.isEmpty
        ? "folder " + folder(of: path) : "study " + instance.studyInstanceUID
      groups[key, default: []].append((path, instance, entry.stamp, entry.changedAt))
    }
    return groups.mapValues { $0.sorted { $0.path < $1.path } }
  }

  private func folder(of path: String) -> String { (path as NSString).deletingLastPathComponent }
}
