import Foundation
import Imaging

/// Decoded frames, the most recently used of them, within a limit of memory. A frame that is being
/// decoded is waited for, not decoded twice.
final class FrameCache: @unchecked Sendable {
  // @unchecked: every variable is only touched while `condition` is locked.

  struct Key: Hashable, Sendable {
    var file: Int
    var frame: Int
  }

  /// A decoded frame, or why there is none.
  typealias Entry = Result<DecodedImage, FrameError>

  private let condition = NSCondition()
  let limit: Int
  private var entries: [Key: (entry: Entry, used: Int)] = [:]
  private var inWork: Set<Key> = []
  private var bytes = 0
  private var clock = 0
  /// Counts what was forgotten: what was begun before is not kept.
  private var epoch = 0

  /// - Parameter limit: bytes; one frame is kept in any case.
  init(limit: Int) { self.limit = max(0, limit) }

  /// The frame, decoded by `make` if it is not here.
  func frame(_ key: Key, make: () throws(FrameError) -> DecodedImage) -> Entry {
    condition.lock()
    while inWork.contains(key) { condition.wait() }
    clock += 1
    if let found = entries[key] {
      entries[key]?.used = clock
      condition.unlock()
      return found.entry
    }
    inWork.insert(key)
    let begun = epoch
    condition.unlock()
    let entry: Entry
    do throws(FrameError) { entry = .success(try make()) } catch { entry = .failure(error) }
    condition.lock()
    inWork.remove(key)
    if begun == epoch { keep(entry, key) }
    condition.broadcast()
    condition.unlock()
    return entry
  }

  /// True when the frame is here or on its way.
  func has(_ key: Key) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    return entries[key] != nil || inWork.contains(key)
  }

  func removeAll() {
    condition.lock()
    entries.removeAll()
    bytes = 0
    epoch += 1
    condition.unlock()
  }

  /// Bytes of what is kept.
  var byteCount: Int {
    condition.lock()
    defer { condition.unlock() }
    return bytes
  }

  private func keep(_ entry: Entry, _ key: Key) {
    clock += 1
    entries[key] = (entry, clock)
    bytes += Self.size(entry)
    guard bytes > limit else { return }
    // Some at once, so that not every frame sorts the list.
    for (old, _) in entries.sorted(by: { $0.value.used < $1.value.used }) where old != key {
      if bytes <= limit - limit / 16 { break }
      if let gone = entries.removeValue(forKey: old) { bytes -= Self.size(gone.entry) }
    }
  }

  private static func size(_ entry: Entry) -> Int {
    if case .success(let image) = entry { image.byteCount } else { 256 }
  }
}
