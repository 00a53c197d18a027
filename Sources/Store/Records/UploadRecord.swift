import Domain
import Foundation
import GRDB

extension Upload {
  static let columns =
    [
      "id", "state", "reason", "service_level", "clinical_history", "file_count", "byte_count",
      "sent_bytes", "stored_files", "verified_files", "resent_bytes", "resume_count", "owner",
      "facility", "gateway", "created_at", "updated_at", "next_attempt_at", "started_at",
      "stored_at", "verified_at", "remote_id",
    ] + StudySummary.columns
  static let columnList = columns.joined(separator: ", ")

  init(row: Row) throws {
    self.init(
      id: UploadID(row["id"]), state: try row.choice("state"), reason: row["reason"],
      serviceLevel: try row.choice("service_level"), clinicalHistory: row["clinical_history"],
      study: StudySummary(row: row), fileCount: row["file_count"], byteCount: row["byte_count"],
      sentBytes: row["sent_bytes"], storedFiles: row["stored_files"],
      verifiedFiles: row["verified_files"], resentBytes: row["resent_bytes"],
      resumeCount: row["resume_count"], owner: row["owner"], facility: row["facility"],
      createdAt: row.date("created_at"), updatedAt: row.date("updated_at"),
      nextAttemptAt: row.optionalDate("next_attempt_at"),
      startedAt: row.optionalDate("started_at"), storedAt: row.optionalDate("stored_at"),
      verifiedAt: row.optionalDate("verified_at"), remoteID: row["remote_id"],
      gateway: row["gateway"])
  }
}

extension UploadFile {
  static let columnList = """
    id, path, byte_count, sha256, modified_at, inode, sop_instance_uid, sop_class_uid, \
    series_instance_uid, transfer_syntax_uid, state, reason, acknowledged, acknowledged_bytes
    """

  init(row: Row, uploadID: UploadID) throws {
    let inode: Int64 = row["inode"]
    self.init(
      id: FileID(row["id"]), uploadID: uploadID, path: row["path"], byteCount: row["byte_count"],
      sha256: row["sha256"], modifiedAt: row["modified_at"], inode: UInt64(bitPattern: inode),
      sopInstanceUID: row["sop_instance_uid"], sopClassUID: row["sop_class_uid"],
      seriesInstanceUID: row["series_instance_uid"],
      transferSyntaxUID: row["transfer_syntax_uid"], state: try row.choice("state"),
      reason: row["reason"])
  }
}

/// The row of an upload that a change needs: its key and what the state machine looks at.
struct UploadKey {
  var key: Int64
  var state: UploadState

  static func find(_ id: UploadID, _ db: Database) throws -> UploadKey {
    let statement = try db.cachedStatement(sql: "SELECT key, state FROM uploads WHERE id = ?")
    guard let row = try Row.fetchOne(statement, arguments: [id.rawValue]) else {
      throw StoreError.unknownUpload(id)
    }
    return UploadKey(key: row["key"], state: try row.choice("state"))
  }
}
