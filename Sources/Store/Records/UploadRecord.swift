import Domain
import Foundation
import GRDB

extension Upload {
  /// In the order in which ``init(fields:)`` reads them.
  static let columns =
    ["id", "state", "reason", "service_level", "clinical_history"] + StudySummary.columns + [
      "file_count", "byte_count", "sent_bytes", "stored_files", "verified_files", "resent_bytes",
      "resume_count", "owner", "facility", "created_at", "updated_at", "next_attempt_at",
      "started_at", "stored_at", "verified_at", "remote_id", "gateway", "facility_id",
    ]
  static let columnList = columns.joined(separator: ", ")

  init(fields: inout Fields) throws {
    var upload = Upload(
      id: UploadID(fields.next()), state: try fields.choice(), reason: fields.next(),
      serviceLevel: try fields.choice(), clinicalHistory: fields.next(),
      study: StudySummary(fields: &fields), fileCount: fields.next(), byteCount: fields.next(),
      sentBytes: fields.next(), storedFiles: fields.next(), verifiedFiles: fields.next(),
      resentBytes: fields.next(), resumeCount: fields.next(), owner: fields.next(),
      facility: fields.next(), createdAt: fields.date(), updatedAt: fields.date(),
      nextAttemptAt: fields.optionalDate(), startedAt: fields.optionalDate(),
      storedAt: fields.optionalDate(), verifiedAt: fields.optionalDate(),
      remoteID: fields.optional(), gateway: fields.next())
    upload.facilityID = FacilityID(fields.next())
    self = upload
  }

  /// - Parameter row: begins with ``columns``.
  init(row: Row) throws {
    var fields = Fields(row)
    try self.init(fields: &fields)
  }
}

extension UploadFile {
  static let columnList = """
    id, path, byte_count, sha256, modified_at, inode, sop_instance_uid, sop_class_uid, \
    series_instance_uid, transfer_syntax_uid, state, reason, acknowledged, acknowledged_bytes, \
    custody, gateway_stored_at, pacs_answered_at, heard_at
    """

  init(row: Row, uploadID: UploadID) throws {
    let inode: Int64 = row["inode"]
    self.init(
      id: FileID(row["id"]), uploadID: uploadID, path: row["path"], byteCount: row["byte_count"],
      sha256: row["sha256"], modifiedAt: row["modified_at"], inode: UInt64(bitPattern: inode),
      sopInstanceUID: row["sop_instance_uid"], sopClassUID: row["sop_class_uid"],
      seriesInstanceUID: row["series_instance_uid"],
      transferSyntaxUID: row["transfer_syntax_uid"], state: try row.choice("state"),
      reason: row["reason"],
      evidence: InstanceEvidence(
        proof: Self.proof(custody: row["custody"]), acknowledgedBytes: row["acknowledged_bytes"],
        gatewayStoredAt: row.optionalDate("gateway_stored_at"),
        pacsAnsweredAt: row.optionalDate("pacs_answered_at"),
        heardAt: row.optionalDate("heard_at")))
  }

  /// The highest proof; the column's CHECK allows 0 to 3.
  private static func proof(custody: Int) -> InstanceState {
    switch custody {
    case 1: .stored
    case 2: .verified
    case 3: .committed
    default: .waiting
    }
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
