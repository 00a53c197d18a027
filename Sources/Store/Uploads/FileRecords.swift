public import Domain
public import Foundation
import GRDB

extension Store {
  /// Keeps the digest of a file.
  /// - Parameter sha256: 64 lower-case hexadecimal digits.
  public func setDigest(_ file: FileID, sha256: String) async throws {
    try await setDigests([file: sha256])
  }

  /// Keeps the digests of many files in one change.
  public func setDigests(_ digests: [FileID: String]) async throws {
    try await write { db, touched in
      let statement = try db.cachedStatement(
        sql: "UPDATE upload_files SET sha256 = ? WHERE id = ?")
      for (file, sha256) in digests {
        guard sha256.utf8.count == 64,
          sha256.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) })
        else {
          throw StoreError.invalid("The digest of file \(file) is no SHA-256 in hexadecimal.")
        }
        try statement.execute(arguments: [sha256, file.rawValue])
        guard db.changesCount == 1 else { throw StoreError.unknownFile(file) }
      }
      if !digests.isEmpty { touched.insert(.uploads) }
    }
  }

  /// Keeps what became known of instances. Proof only grows: a late `stored` does not undo
  /// `verified`, a refusal does not undo what was verified.
  public func record(_ outcomes: [FileOutcome], of id: UploadID, at now: Date) async throws {
    try await write { db, touched in
      let key = try UploadKey.find(id, db).key
      for outcome in outcomes { try Self.record(outcome, upload: key, at: now, db) }
      guard !outcomes.isEmpty else { return }
      try db.execute(
        sql: "UPDATE uploads SET updated_at = ? WHERE key = ?", arguments: [now.micros, key])
      touched.insert(.uploads)
    }
  }

  private static func record(
    _ outcome: FileOutcome, upload: Int64, at now: Date, _ db: Database
  ) throws {
    let level: Int? =
      switch outcome.state {
      case .waiting: 0
      case .stored: 1
      case .verified: 2
      case .committed: 3
      case .failed: nil
      }
    if let level {
      let statement = try db.cachedStatement(
        sql: """
          UPDATE upload_files SET custody = max(custody, :level), reason = :reason,
            state = CASE max(custody, :level) WHEN 0 THEN 'waiting' WHEN 1 THEN 'stored'
              WHEN 2 THEN 'verified' ELSE 'committed' END,
            gateway_stored_at = COALESCE(gateway_stored_at, :stored_at),
            pacs_answered_at = COALESCE(pacs_answered_at, :verified_at),
            heard_at = CASE WHEN :level > 0
              AND (:level > custody OR state = 'failed' OR heard_at IS NULL)
              THEN :now ELSE heard_at END
          WHERE id = :id AND upload = :upload
          """)
      try statement.execute(arguments: [
        "level": level, "reason": outcome.reason, "id": outcome.file.rawValue, "upload": upload,
        "stored_at": level > 0 ? outcome.storedAt?.micros : nil,
        "verified_at": level > 1 ? outcome.verifiedAt?.micros : nil, "now": now.micros,
      ])
    } else {
      let statement = try db.cachedStatement(
        sql: """
          UPDATE upload_files SET
            state = CASE WHEN custody < 2 THEN 'failed' ELSE state END,
            reason = CASE WHEN custody < 2 THEN :reason ELSE reason END,
            heard_at = CASE WHEN custody < 2 AND state <> 'failed' THEN :now ELSE heard_at END,
            custody = max(custody, :stored_at IS NOT NULL),
            gateway_stored_at = COALESCE(gateway_stored_at, :stored_at)
          WHERE id = :id AND upload = :upload
          """)
      try statement.execute(arguments: [
        "reason": outcome.reason, "id": outcome.file.rawValue, "upload": upload,
        "stored_at": outcome.storedAt?.micros, "now": now.micros,
      ])
    }
    guard db.changesCount == 1 else { throw StoreError.unknownFile(outcome.file) }
  }

  /// Puts a file that changed on the disk in the place of an old one: it gets a new id, no digest
  /// and no acknowledged chunk, so that old and new bytes are never mixed.
  /// - Returns: the new id.
  public func replaceFile(_ old: FileID, with file: DraftFile, at now: Date) async throws -> FileID
  {
    let spoolName = spool.name(of: file.path)
    return try await write { db, touched in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT key, upload, byte_count FROM upload_files WHERE id = ?",
          arguments: [old.rawValue])
      else { throw StoreError.unknownFile(old) }
      let upload: Int64 = row["upload"]
      let state = try String.fetchOne(
        db, sql: "SELECT state FROM uploads WHERE key = ?", arguments: [upload])
      guard let state = state.flatMap(UploadState.init(rawValue:)),
        ![.stored, .verified, .committed].contains(state)
      else {
        throw StoreError.invalid(
          "File \(old) belongs to an upload that is proven to be stored; it is not replaced.")
      }
      let before: Int64 = row["byte_count"]
      let id = FileID.make(at: now)
      // First the triggers take its bytes and proof out of the upload's counters.
      try db.execute(
        sql: """
          UPDATE upload_files SET acknowledged = x'', acknowledged_bytes = 0, custody = 0,
            state = 'waiting', reason = '', sha256 = NULL, attempted = x'',
            gateway_stored_at = NULL, pacs_answered_at = NULL, heard_at = NULL WHERE key = ?
          """, arguments: [row["key"] as Int64])
      try db.execute(
        sql: """
          UPDATE upload_files SET id = ?, path = ?, byte_count = ?, modified_at = ?, inode = ?,
            sop_instance_uid = ?, sop_class_uid = ?, series_instance_uid = ?,
            transfer_syntax_uid = ?, instance_number = ?, spool_name = ?, origin = ? WHERE key = ?
          """,
        arguments: [
          id.rawValue, file.path, file.byteCount, file.modifiedAt, Int64(bitPattern: file.inode),
          file.sopInstanceUID, file.sopClassUID, file.seriesInstanceUID, file.transferSyntaxUID,
          file.instanceNumber, spoolName, file.origin ?? "", row["key"] as Int64,
        ])
      try db.execute(
        sql: "UPDATE uploads SET byte_count = byte_count + ?, updated_at = ? WHERE key = ?",
        arguments: [file.byteCount - before, now.micros, upload])
      touched.insert(.uploads)
      return id
    }
  }
}
