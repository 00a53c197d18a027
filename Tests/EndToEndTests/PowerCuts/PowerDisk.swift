import Foundation

/// A disk of which only what was flushed is certain. It follows a ``PowerLog``; at any moment it can
/// say what may be on it after the power went.
///
/// - What `fsync` or `fdatasync` of a file covered when it began is there.
/// - Of other bytes any of the sectors of 512 bytes may be there, in any order; the file may be as
///   long as it was, with zeros where bytes are missing.
/// - A name (made, renamed, linked, removed) is certain after `fsync` of its folder; otherwise it
///   may be there or not.
struct PowerDisk {
  final class Content {
    var certain: [UInt8] = []
    var uncertain: [(number: Int, change: Change)] = []
  }
  enum Change {
    case bytes(Int, Data)
    case length(Int)
  }
  enum Node {
    case file(Content)
    case folder
  }
  private struct NameChange {
    var number: Int
    /// The folder whose flush makes it certain.
    var folder: String
    var added: [(String, Node)]
    var removed: [String]
  }
  private enum Opened {
    case file(Content)
    case folder(String)
  }

  private let root: String
  /// Names as a running program sees them, and as they are certain.
  private var seen: [String: Node] = [:]
  private var certain: [String: Node] = [:]
  private var uncertain: [NameChange] = []
  private var opened: [UInt64: Opened] = [:]
  private var flushes: [String: Int] = [:]
  private var number = 0

  /// - Parameters:
  ///   - root: the folder that was noted; it is certain itself.
  ///   - folders: what was made in it before, certain, too.
  init(root: String, folders: [String] = []) {
    self.root = root
    for path in [root] + folders {
      seen[path] = .folder
      certain[path] = .folder
    }
  }

  private func parent(_ path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }

  mutating func follow(_ record: PowerLog.Record) {
    number += 1
    switch record.kind {
    case .opened where record.second == "d":
      opened[record.file] = .folder(record.first)
      if seen[record.first] == nil { name([(record.first, .folder)]) }
    case .opened:
      if case .file(let content)? = seen[record.first] {
        opened[record.file] = .file(content)
      } else {
        let content = Content()
        opened[record.file] = .file(content)
        name([(record.first, .file(content))])
      }
      if record.place == 0 { change(record.file, .length(0)) }
    case .written: change(record.file, .bytes(Int(record.place), record.bytes))
    case .cut: change(record.file, .length(Int(record.place)))
    case .flushing: flushes["\(record.process) \(record.place)"] = number
    case .flushed:
      guard let begin = flushes.removeValue(forKey: "\(record.process) \(record.place)") else {
        break
      }
      flush(record.file, before: begin)
    case .renamed:
      guard let node = seen[record.first] else { break }
      name([(record.second, node)], removed: [record.first])
    case .linked:
      guard let node = seen[record.first] else { break }
      name([(record.second, node)])
    case .removed, .removedFolder: name([], removed: [record.first])
    case .madeFolder: name([(record.first, .folder)])
    case .said, .sent: break
    }
  }

  private mutating func name(_ added: [(String, Node)], removed: [String] = []) {
    for path in removed { seen[path] = nil }
    for (path, node) in added { seen[path] = node }
    uncertain.append(
      NameChange(
        number: number, folder: parent(added.first?.0 ?? removed[0]), added: added,
        removed: removed))
  }

  private func change(_ file: UInt64, _ change: Change) {
    if case .file(let content)? = opened[file] { content.uncertain.append((number, change)) }
  }

  private mutating func flush(_ file: UInt64, before begin: Int) {
    switch opened[file] {
    case .file(let content):
      for entry in content.uncertain where entry.number < begin {
        Self.apply(entry.change, to: &content.certain)
      }
      content.uncertain.removeAll { $0.number < begin }
    case .folder(let path):
      for entry in uncertain where entry.folder == path && entry.number < begin {
        Self.apply(entry, to: &certain)
      }
      uncertain.removeAll { $0.folder == path && $0.number < begin }
    case nil: break
    }
  }

  private static func apply(_ entry: NameChange, to names: inout [String: Node]) {
    for path in entry.removed { names[path] = nil }
    for (path, node) in entry.added { names[path] = node }
  }

  private static func apply(_ change: Change, to bytes: inout [UInt8]) {
    switch change {
    case .bytes(let place, let data): put(data, at: place, into: &bytes)
    case .length(let length):
      if length < bytes.count {
        bytes.removeLast(bytes.count - length)
      } else {
        bytes += [UInt8](repeating: 0, count: length - bytes.count)
      }
    }
  }

  private static func put(_ data: Data, at place: Int, into bytes: inout [UInt8]) {
    let end = place + data.count
    if end > bytes.count { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
    bytes.replaceSubrange(place..<end, with: data)
  }

  /// Everything that was done, as if the power had stayed.
  func complete() -> [String: [UInt8]?] { image(seen) { Self.whole($0) } }

  private static func whole(_ content: Content) -> [UInt8] {
    var bytes = content.certain
    for entry in content.uncertain { apply(entry.change, to: &bytes) }
    return bytes
  }

  /// Only what is certain: the least that may be there.
  func least() -> [String: [UInt8]?] { image(certain) { $0.certain } }

  /// What may be there after a power cut now: paths below the root with their bytes; nil for folders.
  func afterPowerCut(using random: inout some RandomNumberGenerator) -> [String: [UInt8]?] {
    var names = certain
    // Half of the time names come in order, as with a journal; otherwise any of them.
    let isOrdered = Bool.random(using: &random)
    let last = Int.random(in: 0...uncertain.count, using: &random)
    let share = Double.random(in: 0...1, using: &random)
    for (index, entry) in uncertain.enumerated()
    where isOrdered ? index < last : Double.random(in: 0..<1, using: &random) < share {
      Self.apply(entry, to: &names)
    }
    var generator = random
    let result = image(names) { Self.torn($0, using: &generator) }
    random = generator
    return result
  }

  private static func torn(
    _ content: Content, using random: inout some RandomNumberGenerator
  ) -> [UInt8] {
    guard !content.uncertain.isEmpty else { return content.certain }
    var bytes = content.certain
    var longest = bytes.count
    let shares: [Double] = [0, 0.1, 0.5, 0.9, 1]
    let share = shares.randomElement(using: &random) ?? 0.5
    for entry in content.uncertain {
      guard case .bytes(let place, let data) = entry.change else {
        if Double.random(in: 0..<1, using: &random) < share { apply(entry.change, to: &bytes) }
        continue
      }
      longest = max(longest, place + data.count)
      var start = 0
      while start < data.count {
        let end = min(data.count, ((place + start) / 512 + 1) * 512 - place)
        if Double.random(in: 0..<1, using: &random) < share {
          let sector = data[(data.startIndex + start)..<(data.startIndex + end)]
          put(sector, at: place + start, into: &bytes)
        }
        start = end
      }
    }
    if Int.random(in: 0..<4, using: &random) == 0, longest > bytes.count {
      apply(.length(longest), to: &bytes)
    }
    return bytes
  }

  /// Names that can be reached from the root, with what is under them.
  private func image(_ names: [String: Node], _ read: (Content) -> [UInt8]) -> [String: [UInt8]?] {
    var result: [String: [UInt8]?] = [:]
    var contents: [ObjectIdentifier: [UInt8]] = [:]
    for path in names.keys.sorted() where path != root {
      let above = parent(path)
      guard above == root || result[above] == .some(.none), let node = names[path] else { continue }
      switch node {
      case .folder: result[path] = .some(.none)
      case .file(let content):
        let bytes = contents[ObjectIdentifier(content)] ?? read(content)
        contents[ObjectIdentifier(content)] = bytes
        result[path] = bytes
      }
    }
    return result
  }
}
