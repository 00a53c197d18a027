public import Domain
import Foundation
import GRDB

extension Store {
  /// Adds uploads with the files and the log that they have elsewhere, for example in an older
  /// store, and the reports on them, in one transaction. Counters are made from the files, not taken from the upload:
  /// a state without proof for every file is refused.
  /// - Throws: ``StoreError/missingEvidence(_:to:proven:of:)``, ``StoreError/invalid(_:)``.
  public func importHistory(
    _ history: [UploadDetail], reports: [Report] = []
  ) async throws {
    for detail in history { try Self.check(detail) }
    try await write { db, touched in
      for detail in history { try Self.insert(detail, db) }
      for report in reports { try report.upsert(db) }
      if !history.isEmpty { touched.formUnion([.uploads, .queue]) }
      if !reports.isEmpty { touched.insert(.reports) }
    }
  }

  private static func check(_ detail: UploadDetail) throws {
    let upload = detail.upload
    guard !detail.files.isEmpty else {
      throw StoreError.invalid("Upload \(upload.id) has no files.")
    }
    let needed: Int
    switch upload.state {
    case .stored: needed = 1
    case .verified: needed = 2
    case .committed: needed = 3
    default: return
    }
    let proven = detail.files.filter { custody($0.state) >= needed }.count
    guard proven == detail.files.count else {
      throw StoreError.missingEvidence(
        upload.id, to: upload.state, proven: proven, of: detail.files.count)
    }
  }

  private static func custody(_ state: InstanceState) -> Int {
    switch state {
    case .waiting, .failed: 0
    case .stored: 1
    case .verified: 2
    case .committed: 3
    }
  }

  private static func insert(_ detail: UploadDetail, _ db: Database) throws {
    let upload = detail.upload
    let levels = detail.files.map { custody($0.state) }
    let columns = Upload.columns + ["committed_files"]
    let byteCount = detail.files.reduce(Int64(0)) { $0 &+ $1.byteCount }
    let sent = zip(detail.files, levels).reduce(Int64(0)) { $0 &+ ($1.1 > 0 ? $1.0.byteCount : 0) }
    let head: [(any DatabaseValueConvertible)?] = [
      upload.id.rawValue, upload.state.rawValue, upload.reason, upload.serviceLevel.rawValue,
      upload.clinicalHistory,
    ]
    let tail: [(any DatabaseValueConvertible)?] = [
      detail.files.count, byteCount, sent, levels.count { $0 >= 1 }, levels.count { $0 >= 2 },
      upload.resentBytes, upload.resumeCount, upload.owner, upload.facility,
      upload.createdAt.micros, upload.updatedAt.micros, upload.nextAttemptAt?.micros,
      upload.startedAt?.micros, upload.storedAt?.micros, upload.verifiedAt?.micros,
      upload.remoteID, upload.gateway, upload.facilityID.rawValue, levels.count { $0 >= 3 },
    ]
    let values = head + upload.study.values + tail
    try db.cachedStatement(
      sql: """
        INSERT INTO uploads (\(columns.joined(separator: ", ")))
        VALUES (\(placeholders(columns.count)))
        """
    ).execute(arguments: StatementArguments(values))
    let key = db.lastInsertedRowID
    if let remoteID = upload.remoteID {
      try db.cachedStatement(sql: "INSERT OR REPLACE INTO upload_remotes VALUES (?, ?)")
        .execute(arguments: [remoteID, key])
    }
    for (file, level) in zip(detail.files, levels) { try insert(file, level, upload: key, db) }
    for line in detail.log.reversed() { try logLine(line.text, upload: key, at: line.at, db) }
  }

  private static func insert(
    _ file: UploadFile, _ level: Int, upload: Int64, _ db: Database
  ) throws {
    let sent = level > 0 ? file.byteCount : 0
    try db.cachedStatement(
      sql: """
        INSERT INTO upload_files (upload, id, path, byte_count, sha256, modified_at, inode,
          sop_instance_uid, sop_class_uid, series_instance_uid, transfer_syntax_uid, state,
          reason, custody, acknowledged_bytes, gateway_stored_at, pacs_answered_at, heard_at)
        VALUES (\(placeholders(18)))
        """
    ).execute(arguments: [
      upload, file.id.rawValue, file.path, file.byteCount, file.sha256, file.modifiedAt,
      Int64(bitPattern: file.inode), file.sopInstanceUID, file.sopClassUID,
      file.seriesInstanceUID, file.transferSyntaxUID, file.state.rawValue, file.reason, level, sent,
      file.evidence.gatewayStoredAt?.micros, file.evidence.pacsAnsweredAt?.micros,
      file.evidence.heardAt?.micros,
    ])
  }
}
