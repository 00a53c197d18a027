import Crypto
import Foundation

/// The last row of the log, in short.
public struct AuditHead: Sendable, Equatable, CustomStringConvertible {
  /// 0: the log is empty.
  public var number: Int64
  public var hash: String

  public init(number: Int64, hash: String) {
    self.number = number
    self.hash = hash
  }

  /// `NUMBER:HASH`, as it is printed and noted.
  public init?(_ text: String) {
    let parts = text.trimmingCharacters(in: .whitespacesAndNewlines).split(separator: ":")
    guard parts.count == 2, let number = Int64(parts[0]), number >= 0,
      Name.isSHA256(String(parts[1]))
    else { return nil }
    self.init(number: number, hash: String(parts[1]))
  }

  public static let empty = Self(number: 0, hash: AuditChain.beginning)

  public var description: String { "\(number):\(hash)" }
}

/// The hash chain of the audit log: each row's hash covers all its fields and the hash before, so
/// that none can be changed, taken out or moved without all later ones being made anew.
public enum AuditChain {
  /// What stands for the hash before the first row.
  public static let beginning = String(repeating: "0", count: 64)

  /// SHA-256 over the fields in a fixed order, each as the length of its UTF-8 (4 bytes, big
  /// endian) and its bytes. Numbers are decimal text; the first field names the encoding: rows with a
  /// detail have it as one field more, at the end.
  public static func hash(of row: AuditRow) -> String {
    var digest = SHA256()
    var fields = [
      row.detail.isEmpty ? "radrelay audit 1" : "radrelay audit 2", String(row.number),
      String(row.at), row.actor, row.address, row.action,
      row.entity, row.entityID, row.result, row.previous,
    ]
    if !row.detail.isEmpty { fields.append(row.detail) }
    for field in fields {
      let bytes = Data(field.utf8)
      withUnsafeBytes(of: UInt32(truncatingIfNeeded: bytes.count).bigEndian) {
        digest.update(bufferPointer: $0)
      }
      digest.update(data: bytes)
    }
    return Hexadecimal.text(digest.finalize())
  }
}

/// Checks the log row by row, in the order of numbers.
public struct AuditCheck: Sendable {
  /// What is wrong, at the first row that is.
  public enum Finding: Sendable, Equatable, CustomStringConvertible {
    /// A field or the hash of the row was changed.
    case changed(Int64)
    /// Rows are missing before this one, or it stands in another's place.
    case gap(expected: Int64, found: Int64)
    /// The row does not follow from the one before: one of them was replaced.
    case unlinked(Int64)
    /// Rows at the end are missing, from the first to the last.
    case truncated(first: Int64, last: Int64)
    /// The row of a noted head is another one: the log was written anew.
    case rewritten(Int64)
    /// The log has rows and the file beside it that notes its head is missing or unreadable.
    case headMissing

    public var description: String {
      switch self {
      case .changed(let row): "row \(row) was changed"
      case .gap(let expected, let found):
        "row \(expected) is missing or out of its place: row \(found) stands there"
      case .unlinked(let row): "row \(row) does not follow from the row before it"
      case .truncated(let first, let last):
        first == last
          ? "row \(first) was cut off at the end"
          : "rows \(first) to \(last) were cut off at the end"
      case .rewritten(let row): "row \(row) is not the one whose head was noted"
      case .headMissing: "the file that notes the head of the log is missing or unreadable"
      }
    }
  }

  /// Heads that the log must contain.
  private let noted: [AuditHead]
  public private(set) var head = AuditHead.empty

  public init(noted: [AuditHead]) { self.noted = noted }

  /// Takes the next row.
  public mutating func take(_ row: AuditRow) -> Finding? {
    guard row.number == head.number + 1 else {
      return .gap(expected: head.number + 1, found: row.number)
    }
    guard AuditChain.hash(of: row) == row.hash else { return .changed(row.number) }
    guard row.previous == head.hash else { return .unlinked(row.number) }
    head = row.head
    if noted.contains(where: { $0.number == row.number && $0.hash != row.hash }) {
      return .rewritten(row.number)
    }
    return nil
  }

  /// After the last row.
  public func finish() -> Finding? {
    noted.map(\.number).max().flatMap {
      $0 > head.number ? .truncated(first: head.number + 1, last: $0) : nil
    }
  }
}
