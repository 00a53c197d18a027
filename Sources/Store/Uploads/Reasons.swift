import Domain
import Foundation
import GRDB

extension Store {
  /// - Throws: ``StoreError/invalid(_:)`` when there are too many or one says nothing or too much.
  static func check(_ reasons: [UploadReason]) throws {
    guard reasons.count <= UploadReason.limit else {
      throw StoreError.invalid(
        "A study has \(reasons.count) reasons; at most \(UploadReason.limit) are kept.")
    }
    guard reasons.allSatisfy(\.isValid) else {
      throw StoreError.invalid(
        "A reason must say why, in 1 to \(UploadReason.textLimit) characters.")
    }
  }

  /// Keeps a reason, once; when there are as many as may be, the oldest of its kind gives way: the
  /// history keeps them all.
  static func keep(_ reason: UploadReason, upload: Int64, at now: Date, _ db: Database) throws {
    let count =
      try Int.fetchOne(
        db, sql: "SELECT count(*) FROM upload_reasons WHERE upload = ?", arguments: [upload]) ?? 0
    if count >= UploadReason.limit {
      try db.execute(
        sql: """
          DELETE FROM upload_reasons WHERE key =
            (SELECT min(key) FROM upload_reasons WHERE upload = ? AND kind = ?)
          """, arguments: [upload, reason.kind.rawValue])
    }
    try db.execute(
      sql: "INSERT OR IGNORE INTO upload_reasons (upload, kind, text, at) VALUES (?, ?, ?, ?)",
      arguments: [upload, reason.kind.rawValue, reason.text, now.micros])
  }

  /// Those of an upload, the first given first; kinds of a later version are left out.
  static func reasons(_ upload: Int64, _ db: Database) throws -> [UploadReason] {
    try Row.fetchAll(
      db, sql: "SELECT kind, text FROM upload_reasons WHERE upload = ? ORDER BY key",
      arguments: [upload]
    ).compactMap { row in
      UploadReason.Kind(rawValue: row["kind"]).map { UploadReason($0, row["text"]) }
    }
  }
}
