import DICOM
import Foundation

/// Reads the query of a QIDO-RS request (PS3.18 section 8.3.4).
enum QueryParameters {
  static let maximumLimit = 1000

  /// - Parameter supported: the attributes that can be matched at this level; others are left out.
  /// - Returns: nil when a number or an attribute cannot be read.
  static func read(
    _ parameters: [(name: String, value: String)], into query: ArchiveQuery, supported: Set<Tag>
  ) -> (query: ArchiveQuery, ignored: [String])? {
    var query = query
    var ignored: [String] = []
    query.limit = maximumLimit
    for (name, value) in parameters {
      switch name {
      case "limit":
        guard let limit = Int(value), limit >= 0 else { return nil }
        query.limit = min(limit, maximumLimit)
      case "offset":
        guard let offset = Int(value), offset >= 0 else { return nil }
        query.offset = offset
      case "includefield", "fuzzymatching":
        // What the index holds is answered anyway; nothing is matched loosely.
        continue
      default:
        guard let tag = tag(name) else { return nil }
        guard supported.contains(tag) else {
          ignored.append(name)
          continue
        }
        if let match = match(tag, value) { query.matches[tag] = match }
      }
    }
    return (query, ignored)
  }

  /// A keyword, or eight hexadecimal digits.
  private static func tag(_ name: String) -> Tag? {
    if name.utf8.count == 8, let number = UInt32(name, radix: 16) { return Tag(rawValue: number) }
    return DataDictionary.standard.tag(keyword: name)
  }

  /// Nil for universal matching.
  private static func match(_ tag: Tag, _ value: String) -> ArchiveQuery.Match? {
    if value.isEmpty || value == "*" { return nil }
    switch DataDictionary.standard[tag]?.vr {
    case "UI":
      return .anyOf(value.split { $0 == "," || $0 == "\\" }.map(String.init))
    case "DA":
      guard let dash = value.firstIndex(of: "-") else { return .anyOf([value]) }
      let from = String(value[..<dash])
      let to = String(value[value.index(after: dash)...])
      return .range(from.isEmpty ? nil : from, to.isEmpty ? nil : to)
    default:
      return value.contains { $0 == "*" || $0 == "?" } ? .pattern(value) : .anyOf([value])
    }
  }
}
