public import Domain
import GRDB

extension Store {
  /// Everything that is known of an upload, read at one moment; files in the order of the study.
  public func evidence(of id: UploadID) async throws -> UploadEvidence? {
    try await read { db in
      guard var detail = try Self.detail(id, fileLimit: .max, logLimit: .max, db) else {
        return nil
      }
      let order = try String.fetchAll(
        db,
        sql: """
          SELECT f.id FROM upload_files f JOIN uploads u ON u.key = f.upload
          WHERE u.id = ? ORDER BY f.key
          """, arguments: [id.rawValue])
      let places = Dictionary(zip(order, order.indices), uniquingKeysWith: { first, _ in first })
      detail.files.sort { places[$0.id.rawValue, default: 0] < places[$1.id.rawValue, default: 0] }
      let names = try String.fetchAll(
        db,
        sql: """
          SELECT r.remote_id FROM upload_remotes r JOIN uploads u ON u.key = r.upload
          WHERE u.id = ? ORDER BY r.remote_id
          """, arguments: [id.rawValue])
      let force = try String.fetchOne(
        db, sql: "SELECT force_reason FROM uploads WHERE id = ? AND force_reason IS NOT NULL",
        arguments: [id.rawValue])
      return UploadEvidence(detail: detail, gatewayIDs: names, forceReason: force)
    }
  }

  /// The uploads with this Study Instance UID or accession number, the newest first; at most 100.
  public func uploads(ofStudy text: String) async throws -> [Upload] {
    guard !text.isEmpty else { return [] }
    return try await read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT \(Upload.columnList) FROM uploads
          WHERE study_instance_uid = :text OR accession_number = :text
          ORDER BY created_at DESC, key DESC LIMIT 100
          """, arguments: ["text": text]
      ).map { try Upload(row: $0) }
    }
  }
}
