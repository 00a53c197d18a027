public import Domain
public import Foundation
import GRDB
public import Gateway
public import Wire

extension SQLiteCatalogue: KnownCatalogue {
  public func knownContent(of files: [FileRecord], owner: UserID) async throws -> [KnownContent?] {
    try await read { database in
      try files.map { file in
        guard let digest = file.expectedSHA256, let size = file.expectedSize else { return nil }
        return try Self.kept(digest, size, owner, database)
          ?? Self.begun(digest, size, owner, database)
      }
    }
  }

  /// Of an upload that is complete and whose objects are still here.
  private static func kept(_ digest: String, _ size: Int64, _ owner: UserID, _ database: Database)
    throws -> KnownContent?
  {
    let row = try database.row(
      """
      SELECT f.upload_id, f.ordinal, f.blob, u.chunk_size FROM upload_file f
      JOIN upload u ON u.id = f.upload_id
      WHERE f.sha256 = ? AND f.blob IS NOT NULL AND f.size = ? AND u.owner_id = ? LIMIT 1
      """, [digest, size, owner.rawValue])
    return try row.map { try content($0, object: BlobKey($0["blob"] as String), database) }
  }

  /// Of a session that is not complete: the one that has most of it.
  private static func begun(_ digest: String, _ size: Int64, _ owner: UserID, _ database: Database)
    throws -> KnownContent?
  {
    let row = try database.row(
      """
      SELECT f.upload_id, f.ordinal, u.chunk_size
      FROM upload_file f JOIN upload u ON u.id = f.upload_id
        JOIN chunk c ON c.upload_id = f.upload_id AND c.ordinal = f.ordinal
      WHERE f.state = 'waiting' AND f.expected_sha256 = ? AND f.expected_size = ?
        AND u.owner_id = ? AND u.state = 'receiving'
      GROUP BY f.upload_id, f.ordinal, u.chunk_size
      ORDER BY sum(c.size) DESC LIMIT 1
      """, [digest, size, owner.rawValue])
    return try row.map { try content($0, object: nil, database) }
  }

  private static func content(_ row: Row, object: BlobKey?, _ database: Database) throws
    -> KnownContent
  {
    let upload: String = row["upload_id"]
    let file: Int = row["ordinal"]
    let chunks = try Row.fetchAll(
      try database.cachedStatement(
        sql: "SELECT * FROM chunk WHERE upload_id = ? AND ordinal = ? ORDER BY number"),
      arguments: [upload, file]
    ).map(ChunkRecord.init)
    return KnownContent(
      upload: UploadID(upload), file: file, chunkSize: row["chunk_size"], object: object,
      chunks: chunks)
  }

  public func knownInstances(_ sopInstanceUIDs: [String], facility: FacilityID) async throws
    -> [KnownInstance]
  {
    try await read { database in
      try Set(sopInstanceUIDs).sorted().compactMap { uid in
        let rows = try Row.fetchAll(
          try database.cachedStatement(
            sql: """
              SELECT f.upload_id, f.state, f.sha256, f.stored_at, f.verified_at
              FROM upload_file f JOIN upload u ON u.id = f.upload_id
              WHERE f.sop_uid = ? AND u.facility_id = ?
                AND f.state IN ('stored', 'verified', 'committed')
              ORDER BY f.stored_at DESC LIMIT 50
              """), arguments: [uid, facility.rawValue])
        let found: [KnownInstance] = rows.compactMap { row in
          guard let state = InstanceState(rawValue: row["state"]),
            let at = row.date("verified_at") ?? row.date("stored_at")
          else { return nil }
          return KnownInstance(
            sopInstanceUID: uid, upload: UploadID(row["upload_id"] as String), state: state,
            sha256: row["sha256"], at: at)
        }
        let order: [InstanceState] = [.committed, .verified, .stored]
        return order.lazy.compactMap { state in found.first { $0.state == state } }.first
      }
    }
  }

  public func similar(
    to study: KnownInstancesRequest.Study, facility: FacilityID, since: Date
  ) async throws -> Date? {
    try await read { database in
      try database.row(
        """
        SELECT created_at FROM upload WHERE facility_id = ? AND study_date = ? AND modality = ?
          AND patient_name = ? AND study_uid <> ? AND created_at >= ?
          AND state IN ('stored', 'forwarding', 'verified', 'committed')
        ORDER BY created_at DESC LIMIT 1
        """,
        [
          facility.rawValue, study.studyDate, study.modality, study.patientName,
          study.studyInstanceUID, since.stamp,
        ])?.date("created_at")
    }
  }

  public func unwanted(_ objects: [BlobKey]) async throws -> [BlobKey] {
    try await read { database in
      try objects.filter { key in
        // YYYY/MM/DD/upload-ID/DIGEST
        let parts = key.rawValue.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[3].hasPrefix("upload-") else { return false }
        let upload = String(parts[3].dropFirst("upload-".count))
        let state = try database.row("SELECT state FROM upload WHERE id = ?", [upload])
        // While it is received, its objects may be waiting for being recorded.
        if state?["state"] == CustodyState.receiving.rawValue { return false }
        let file = try database.row(
          "SELECT 1 FROM upload_file WHERE upload_id = ? AND blob = ?", [upload, key.rawValue])
        return file == nil
      }
    }
  }

  public func notReceiving(_ uploads: [UploadID]) async throws -> [UploadID] {
    try await read { database in
      try uploads.filter { id in
        try database.row(
          "SELECT 1 FROM upload WHERE id = ? AND state = 'receiving'", [id.rawValue]) == nil
      }
    }
  }
}
