public import Domain
public import Foundation
import GRDB
public import Gateway
import Wire

extension SQLiteCatalogue: CustodyCatalogue {
  public func seal(
    _ upload: UploadRecord, files: [FileRecord], report: ReportRecord?, audit: AuditEvent?
  ) async throws {
    try await write { database, changes in
      try database.execute(
        sql: """
          UPDATE upload SET state = ?, reason = ?, study_uid = ?, stored_at = ?,
            next_attempt_at = ? WHERE id = ? AND state = 'receiving'
          """,
        arguments: [
          upload.state.rawValue, upload.reason, upload.studyInstanceUID, upload.storedAt?.stamp,
          upload.nextAttemptAt?.stamp, upload.id.rawValue,
        ])
      guard database.changesCount == 1 else { throw CatalogueError.missing }
      for file in files { try file.save(database, upload: upload.id) }
      try changes.append(audit, in: database)
      try changes.record(
        .upload, upload.id.rawValue, owner: upload.owner, facility: upload.facility, in: database)
      if let report {
        try report.insert(database)
        try changes.record(
          .report, report.id.rawValue, owner: report.owner, facility: report.facility,
          in: database)
      }
      if upload.state == .failed {
        try Self.notifyEnd(of: upload, state: .failed, reason: upload.reason, database, &changes)
      }
    }
  }

  public func due(now: Date, limit: Int) async throws -> [UploadID] {
    try await read { database in
      try String.fetchAll(
        database,
        sql: """
          SELECT id FROM upload WHERE next_attempt_at <= ? ORDER BY service_rank, created_at
          LIMIT ?
          """, arguments: [now.stamp, limit]
      ).map { UploadID($0) }
    }
  }

  public func nextAttempt(after now: Date) async throws -> Date? {
    try await read { database in
      try Int64.fetchOne(
        database,
        sql: "SELECT min(next_attempt_at) FROM upload WHERE next_attempt_at > ?",
        arguments: [now.stamp]
      ).map { Date(stamp: $0) }
    }
  }

  public func record(
    _ progress: [InstanceProgress], of upload: UploadID, now: Date, audit: AuditEvent?
  ) async throws {
    try await write { database, changes in
      for item in progress {
        let isProven = item.state == .verified || item.state == .committed
        try database.run(
          """
          UPDATE upload_file SET state = ?, reason = ?,
            sent_at = CASE WHEN ? THEN coalesce(sent_at, ?) ELSE NULL END,
            verified_at = CASE WHEN ? THEN coalesce(verified_at, ?) ELSE NULL END
          WHERE upload_id = ? AND ordinal = ? AND state <> 'failed'
          """,
          [
            item.state.rawValue, item.reason, item.isSent, now.stamp, isProven, now.stamp,
            upload.rawValue, item.file,
          ])
      }
      try changes.append(audit, in: database)
    }
  }

  public func conclude(
    _ upload: UploadID, state: CustodyState, reason: String, nextAttemptAt: Date?, now: Date,
    audit: AuditEvent?
  ) async throws {
    try await write { database, changes in
      guard let present = try Self.upload(upload, database) else { throw CatalogueError.missing }
      let isEnd = nextAttemptAt == nil
      try database.execute(
        sql: """
          UPDATE upload SET state = ?, reason = ?, next_attempt_at = ?,
            attempts = CASE WHEN ? THEN 0 ELSE attempts + 1 END,
            verified_at = CASE WHEN ? THEN coalesce(verified_at, ?) ELSE verified_at END
          WHERE id = ?
          """,
        arguments: [
          state.rawValue, reason, nextAttemptAt?.stamp, isEnd,
          state.isProven, now.stamp, upload.rawValue,
        ])
      if present.state != state { try changes.append(audit, in: database) }
      guard present.state != state || present.reason != reason || isEnd else { return }
      try changes.record(
        .upload, upload.rawValue, owner: present.owner, facility: present.facility, in: database)
      let isNewlyProven = state.isProven && !present.state.isProven
      if isNewlyProven || (isEnd && !state.isProven) {
        try Self.notifyEnd(of: present, state: state, reason: reason, database, &changes)
      }
    }
  }

  public func releasable(provenBefore: Date, limit: Int) async throws -> [BlobKey] {
    try await write { database, _ in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT upload_file.upload_id, ordinal, blob FROM upload_file
          JOIN upload ON upload.id = upload_file.upload_id
          WHERE blob IS NOT NULL AND upload_file.state IN ('verified', 'committed')
            AND upload.state IN ('verified', 'committed') AND upload.verified_at < ?
            AND upload.next_attempt_at IS NULL
          LIMIT ?
          """, arguments: [provenBefore.stamp, limit])
      var keys: [BlobKey] = []
      for row in rows {
        let upload: String = row["upload_id"]
        let ordinal: Int = row["ordinal"]
        try database.execute(
          sql: "UPDATE upload_file SET blob = NULL WHERE upload_id = ? AND ordinal = ?",
          arguments: [upload, ordinal])
        keys.append(BlobKey(row["blob"] as String))
      }
      return keys
    }
  }

  public func queueDepth() async throws -> Int {
    try await read { database in
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM upload WHERE next_attempt_at IS NOT NULL") ?? 0
    }
  }

  /// Tells the owner how it ended. The text names no patient: it is shown on lock screens too.
  private static func notifyEnd(
    of upload: UploadRecord, state: CustodyState, reason: String, _ database: Database,
    _ changes: inout Changes
  ) throws {
    let isGood = state.isProven
    let notice = NotificationItem(
      id: .make(), kind: isGood ? .uploadComplete : .uploadFailed,
      title: isGood ? "Study is in the PACS" : "Study needs attention",
      message: isGood
        ? "\(upload.metadata.modality) study: every instance was verified in the PACS."
        : "\(upload.metadata.modality) study: \(reason)",
      relatedUploadID: upload.id.rawValue, createdAt: Date())
    try insert(notice, owner: upload.owner, facility: upload.facility, database, &changes)
  }

  static func insert(
    _ notice: NotificationItem, owner: UserID, facility: FacilityID, _ database: Database,
    _ changes: inout Changes
  ) throws {
    try database.execute(
      sql: """
        INSERT INTO notification (id, owner_id, kind, title, message, upload_id, report_id,
          created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        notice.id.rawValue, owner.rawValue, notice.kind.rawValue, notice.title, notice.message,
        notice.relatedUploadID, notice.relatedReportID?.rawValue, notice.createdAt.stamp,
      ])
    try changes.record(
      .notification, notice.id.rawValue, owner: owner, facility: facility, in: database)
  }
}
