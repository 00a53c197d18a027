public import Domain
public import Foundation
import GRDB
public import Gateway

extension SQLiteCatalogue: UploadCatalogue {
  public func upload(_ id: UploadID) async throws -> UploadRecord? {
    try await read { try Self.upload(id, $0) }
  }

  public func upload(owner: UserID, clientUploadID: String) async throws -> UploadRecord? {
    try await read { database in
      try Row.fetchOne(
        database, sql: "SELECT * FROM upload WHERE owner_id = ? AND client_id = ?",
        arguments: [owner.rawValue, clientUploadID]
      ).map(UploadRecord.init)
    }
  }

  public func open(
    _ upload: UploadRecord, files: [FileRecord], chunks: [ChunkRecord], audit: AuditEvent?
  ) async throws {
    var upload = upload
    upload.receivedBytes = chunks.reduce(0) { $0 + Int64($1.size) }
    let record = upload
    try await write { database, changes in
      try record.insert(database)
      for file in files { try file.save(database, upload: record.id) }
      for chunk in chunks { try Self.insert(chunk, chunk.file, record.id, database) }
      try changes.append(audit, in: database)
    }
  }

  public func resume(
    _ id: UploadID, serviceLevel: ServiceLevel, clinicalHistory: String, expiresAt: Date
  ) async throws {
    try await write { database, _ in
      try database.execute(
        sql: """
          UPDATE upload SET service_level = ?, service_rank = ?, clinical_history = ?,
            expires_at = ? WHERE id = ? AND state = 'receiving'
          """,
        arguments: [
          serviceLevel.rawValue, serviceLevel.rank, clinicalHistory, expiresAt.stamp, id.rawValue,
        ])
    }
  }

  public func keep(_ reasons: [UploadReason], of id: UploadID, audit: AuditEvent) async throws {
    guard !reasons.isEmpty else { return }
    try await write { database, changes in
      for reason in reasons {
        try database.run(
          """
          INSERT INTO upload_reason (upload_id, kind, text, at) VALUES (?, ?, ?, ?)
          ON CONFLICT DO NOTHING
          """, [id.rawValue, reason.kind.rawValue, reason.text, audit.at.stamp])
        guard database.changesCount > 0 else { continue }
        var event = audit
        event.detail = "\(reason.kind.rawValue): \(reason.text)"
        try changes.append(event, in: database)
      }
    }
  }

  public func announce(_ digests: [Int: String], of id: UploadID) async throws {
    try await write { database, _ in
      for (ordinal, digest) in digests {
        try database.run(
          """
          UPDATE upload_file SET expected_sha256 = ?
          WHERE upload_id = ? AND ordinal = ? AND expected_sha256 IS NULL AND state = 'waiting'
          """, [digest, id.rawValue, ordinal])
      }
    }
  }

  public func releaseClientID(of id: UploadID) async throws {
    try await write { database, _ in
      try database.execute(
        sql: "UPDATE upload SET client_id = NULL WHERE id = ? AND state = 'failed'",
        arguments: [id.rawValue])
    }
  }

  public func cancel(_ id: UploadID, reason: String, now: Date, audit: AuditEvent?) async throws
    -> Bool
  {
    try await write { database, changes in
      guard let upload = try Self.upload(id, database), upload.state == .receiving else {
        return false
      }
      // The client's id becomes free: the same study may be begun anew under it.
      try database.execute(
        sql: """
          UPDATE upload SET state = 'cancelled', reason = ?, client_id = NULL WHERE id = ?
          """, arguments: [reason, id.rawValue])
      try changes.record(
        .upload, id.rawValue, owner: upload.owner, facility: upload.facility, in: database)
      try changes.append(audit, in: database)
      return true
    }
  }

  public func expired(before: Date, emptyBefore: Date) async throws -> [UploadID] {
    try await read { database in
      try String.fetchAll(
        database,
        sql: """
          SELECT id FROM upload WHERE state = 'receiving' AND expires_at < ?
            AND (expires_at < ? OR received_bytes = 0
              AND NOT EXISTS (SELECT 1 FROM piece WHERE upload_id = upload.id)) LIMIT 100
          """, arguments: [max(before, emptyBefore).stamp, before.stamp]
      ).map { UploadID($0) }
    }
  }

  static func upload(_ id: UploadID, _ database: Database) throws -> UploadRecord? {
    try database.row("SELECT * FROM upload WHERE id = ?", [id.rawValue]).map(UploadRecord.init)
  }
}

extension SQLiteCatalogue: ChunkCatalogue {
  public func files(of upload: UploadID) async throws -> [FileRecord] {
    try await read { database in
      try database.rows(
        "SELECT * FROM upload_file WHERE upload_id = ? ORDER BY ordinal", [upload.rawValue]
      ) { FileRecord($0) }
    }
  }

  public func standing(
    of fileID: String, _ index: Int, in upload: UploadID, by sender: UserID
  ) async throws -> ChunkStanding {
    try await standings(of: [ChunkName(fileID: fileID, index: index)], in: upload, by: sender)
      .first ?? ChunkStanding(account: nil, upload: nil)
  }

  public func standings(of chunks: [ChunkName], in upload: UploadID, by sender: UserID)
    async throws -> [ChunkStanding]
  {
    try await read { database in
      let common = ChunkStanding(
        account: try Self.account(sender, database), upload: try Self.upload(upload, database))
      return try chunks.map { name in
        var standing = common
        if let file = try Self.file(name.fileID, upload, database) {
          standing.file = file
          standing.chunk = try Self.chunk(name.index, file.ordinal, upload, database)
          standing.hasRoom = true
        } else {
          standing.hasRoom = try Self.hasRoom(upload, database)
        }
        return standing
      }
    }
  }

  /// True when the session takes a file that nobody announced.
  private static func hasRoom(_ upload: UploadID, _ database: Database) throws -> Bool {
    let row = try database.row(
      """
      SELECT NOT has_manifest AND state = 'receiving'
        AND coalesce((SELECT max(ordinal) FROM upload_file WHERE upload_id = upload.id), -1)
          < total_files - 1
      FROM upload WHERE id = ?
      """, [upload.rawValue])
    return row?[0] ?? false
  }

  static func file(_ fileID: String, _ upload: UploadID, _ database: Database) throws
    -> FileRecord?
  {
    try database.row(
      "SELECT * FROM upload_file WHERE upload_id = ? AND file_id = ?", [upload.rawValue, fileID]
    ).map(FileRecord.init)
  }

  public func chunk(_ index: Int, file: Int, of upload: UploadID) async throws -> ChunkRecord? {
    try await read { try Self.chunk(index, file, upload, $0) }
  }

  static func chunk(_ index: Int, _ file: Int, _ upload: UploadID, _ database: Database)
    throws -> ChunkRecord?
  {
    try database.row(
      "SELECT * FROM chunk WHERE upload_id = ? AND ordinal = ? AND number = ?",
      [upload.rawValue, file, index]
    ).map(ChunkRecord.init)
  }

  public func chunks(of upload: UploadID) async throws -> [ChunkRecord] {
    try await read { database in
      try database.rows(
        "SELECT * FROM chunk WHERE upload_id = ? ORDER BY ordinal, number", [upload.rawValue]
      ) { ChunkRecord($0) }
    }
  }

  public func forget(_ index: Int, file: Int, of upload: UploadID) async throws {
    try await write { database, _ in
      guard let known = try Self.chunk(index, file, upload, database) else { return }
      try database.execute(
        sql: "DELETE FROM chunk WHERE upload_id = ? AND ordinal = ? AND number = ?",
        arguments: [upload.rawValue, file, index])
      try database.execute(
        sql: "UPDATE upload SET received_bytes = received_bytes - ? WHERE id = ?",
        arguments: [known.size, upload.rawValue])
    }
  }

  public func record(_ chunks: [NamedChunk], of upload: UploadID, expiresAt: Date) async throws
    -> [ChunkOutcome]
  {
    try await write { database, _ in
      let session = try database.row("SELECT state FROM upload WHERE id = ?", [upload.rawValue])
      guard session?["state"] == CustodyState.receiving.rawValue else {
        return Array(repeating: .closed, count: chunks.count)
      }
      return try chunks.map { try Self.record($0, upload, expiresAt, database) }
    }
  }

  private static func record(
    _ named: NamedChunk, _ upload: UploadID, _ expiresAt: Date, _ database: Database
  ) throws -> ChunkOutcome {
    let chunk = named.chunk
    let file = try Self.file(named.fileID, upload, database)
    if let file, let known = try Self.chunk(chunk.index, file.ordinal, upload, database) {
      return known.sha256 == chunk.sha256 ? .same : .conflict
    }
    if file == nil {
      guard try Self.hasRoom(upload, database) else { return .tooLarge }
    }
    try database.run(
      """
      UPDATE upload SET received_bytes = received_bytes + ?, expires_at = ?
      WHERE id = ? AND received_bytes + ? <= total_bytes
      """, [chunk.size, expiresAt.stamp, upload.rawValue, chunk.size])
    guard database.changesCount == 1 else { return .tooLarge }
    let ordinal = try file?.ordinal ?? Self.addFile(named.fileID, upload, database)
    try Self.insert(chunk, ordinal, upload, database)
    try database.run(
      "DELETE FROM piece WHERE upload_id = ? AND ordinal = ? AND number = ?",
      [upload.rawValue, ordinal, chunk.index])
    return .recorded
  }

  static func insert(
    _ chunk: ChunkRecord, _ ordinal: Int, _ upload: UploadID, _ database: Database
  ) throws {
    try database.run(
      """
      INSERT INTO chunk (upload_id, ordinal, number, size, sha256, place)
      VALUES (?, ?, ?, ?, ?, ?)
      """, [upload.rawValue, ordinal, chunk.index, chunk.size, chunk.sha256, chunk.place])
  }

  private static func addFile(_ fileID: String, _ upload: UploadID, _ database: Database) throws
    -> Int
  {
    let row = try database.row(
      "SELECT coalesce(max(ordinal), -1) + 1 FROM upload_file WHERE upload_id = ?",
      [upload.rawValue])
    let count: Int = row?[0] ?? 0
    try FileRecord(ordinal: count, fileID: fileID).save(database, upload: upload)
    return count
  }
}

extension ChunkRecord {
  init(_ row: Row) {
    self.init(
      file: row["ordinal"], index: row["number"], size: row["size"], sha256: row["sha256"],
      place: row["place"])
  }
}

extension SQLiteCatalogue: DuplicateCatalogue {
  public func duplicate(
    study: String, files: [FileRecord], facility: FacilityID, since: Date
  ) async throws -> UploadID? {
    try await read { database in
      let kept = try String.fetchAll(
        database,
        sql: """
          SELECT id FROM upload WHERE facility_id = ? AND study_uid = ? AND created_at >= ?
            AND state IN ('stored', 'forwarding', 'verified', 'committed')
          ORDER BY created_at DESC LIMIT 20
          """, arguments: [facility.rawValue, study, since.stamp])
      for id in kept {
        let rows = try Row.fetchAll(
          database,
          sql: """
            SELECT sop_uid, sha256 FROM upload_file WHERE upload_id = ? AND state <> 'failed'
            """, arguments: [id])
        var digests: [String: String] = [:]
        for row in rows {
          if let sop = row["sop_uid"] as String? { digests[sop] = row["sha256"] }
        }
        let isThere = files.allSatisfy { file in
          guard let sop = file.expectedSOPInstanceUID, let digest = digests[sop] else {
            return false
          }
          return digest == file.expectedSHA256
        }
        if isThere { return UploadID(id) }
      }
      return nil
    }
  }

  public func duplicate(
    name: String, date: String, modality: String, owner: UserID, facility: FacilityID, since: Date
  ) async throws -> UploadID? {
    try await read { database in
      try String.fetchOne(
        database,
        sql: """
          SELECT id FROM upload WHERE facility_id = ? AND study_date = ? AND modality = ?
            AND patient_name = ? AND created_at >= ?
            AND (state IN ('stored', 'forwarding', 'verified', 'committed')
              OR (state = 'receiving' AND owner_id = ? AND client_id IS NULL))
          ORDER BY created_at DESC LIMIT 1
          """,
        arguments: [facility.rawValue, date, modality, name, since.stamp, owner.rawValue]
      ).map { UploadID($0) }
    }
  }

  public func outstandingBytes(now: Date) async throws -> Int64 {
    try await read { database in
      try Int64.fetchOne(
        database,
        sql: """
          SELECT coalesce(sum(total_bytes - received_bytes), 0) FROM upload
          WHERE state = 'receiving' AND expires_at > ?
          """, arguments: [now.stamp]) ?? 0
    }
  }
}
