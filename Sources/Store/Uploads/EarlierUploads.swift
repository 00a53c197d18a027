public import Domain
public import Foundation
import GRDB

/// An image of an upload of this workstation that is under way or proven.
public struct HandedOverImage: Sendable, Equatable {
  public var sopInstanceUID: String
  public var id: UploadID
  /// The gateway's name of the upload, or ours.
  public var upload: String
  public var state: UploadState
  /// When the PACS or the gateway had it; otherwise when it was handed over.
  public var at: Date
  /// What the upload's row says of the file, to compare it without asking the network.
  public var path: String
  public var stamp: FileStamp
  /// Nil until the file was first read.
  public var sha256: String?
}

extension Store {
  /// States of uploads that count as handed over: what failed, was given up or needs a person must
  /// not stand in the way of another try, and what a plain gateway only claims is no proof.
  private static let handedOver: [UploadState] = [
    .queued, .sending, .paused, .stored, .verified, .committed,
  ]

  /// Images with these SOP Instance UIDs in uploads that are under way or proven, for the login's
  /// gateway and facility; the newest last.
  public func handedOver(
    _ sopInstanceUIDs: some Sequence<String> & Sendable, for login: UploadOwner
  )
    async throws -> [HandedOverImage]
  {
    let all = Array(Set(sopInstanceUIDs)).sorted()
    var found: [HandedOverImage] = []
    for start in stride(from: 0, to: all.count, by: 400) {
      let some = Array(all[start..<min(start + 400, all.count)])
      found += try await read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT f.sop_instance_uid, f.path, f.byte_count, f.modified_at, f.inode, f.sha256,
              u.id, u.remote_id, u.state, u.created_at, u.stored_at, u.verified_at
            FROM upload_files f JOIN uploads u ON u.key = f.upload
            WHERE f.sop_instance_uid IN (\(placeholders(some.count)))
              AND u.state IN (\(Self.handedOver.sql))
              AND (? = '' OR u.gateway IN ('', ?))
              AND (? = '' OR u.facility_id IN ('', ?))
            ORDER BY u.created_at, u.key
            """,
          arguments: StatementArguments(some)
            + [
              login.gateway, login.gateway, login.facility.id.rawValue,
              login.facility.id.rawValue,
            ]
        ).map { try HandedOverImage($0) }
      }
    }
    return found
  }

  /// When the newest other study with this name, date and modality was handed over to the login's
  /// gateway since a moment; nil when none was, or the study has no name or date.
  public func similarHandedOver(
    _ study: StudySummary, for login: UploadOwner, since: Date
  ) async throws -> Date? {
    guard !study.patientName.isEmpty, !study.studyDate.isEmpty else { return nil }
    return try await read { db in
      try Int64.fetchOne(
        db,
        sql: """
          SELECT COALESCE(stored_at, created_at) FROM uploads
          WHERE created_at >= ? AND patient_name = ? AND study_date = ? AND modality = ?
            AND study_instance_uid <> ? AND state NOT IN ('cancelled', 'failed', 'duplicate')
            AND (? = '' OR gateway IN ('', ?)) AND (? = '' OR facility_id IN ('', ?))
          ORDER BY created_at DESC LIMIT 1
          """,
        arguments: [
          since.micros, study.patientName, study.studyDate, study.modality,
          study.studyInstanceUID, login.gateway, login.gateway, login.facility.id.rawValue,
          login.facility.id.rawValue,
        ]
      ).map { Date(micros: $0) }
    }
  }
}

extension HandedOverImage {
  fileprivate init(_ row: Row) throws {
    let id: String = row["id"]
    self.init(
      sopInstanceUID: row["sop_instance_uid"], id: UploadID(id),
      upload: (row["remote_id"] as String?) ?? id,
      state: try row.choice("state"),
      at: row.optionalDate("verified_at") ?? row.optionalDate("stored_at")
        ?? Date(micros: row["created_at"]),
      path: row["path"],
      stamp: FileStamp(
        inode: UInt64(bitPattern: row["inode"] as Int64), byteCount: row["byte_count"],
        modifiedAt: row["modified_at"]),
      sha256: row["sha256"])
  }
}
