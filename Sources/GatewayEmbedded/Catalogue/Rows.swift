import Domain
import Foundation
import GRDB
import Gateway
import Wire

/// Values that stand in one column as JSON.
enum Column {
  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func value<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }
}

extension UploadRecord {
  init(_ row: Row) throws {
    guard let state = CustodyState(rawValue: row["state"]),
      let level = ServiceLevel(rawValue: row["service_level"]),
      let created = row.date("created_at"), let expires = row.date("expires_at")
    else { throw CatalogueError.missing }
    self.init(
      id: UploadID(row["id"] as String), owner: UserID(row["owner_id"] as String),
      ownerName: row["owner_name"], facility: FacilityID(row["facility_id"] as String),
      clientUploadID: row["client_id"], state: state, reason: row["reason"],
      metadata: try Column.value(StudyMetadata.self, row["metadata"]),
      clinicalHistory: row["clinical_history"], serviceLevel: level,
      studyInstanceUID: row["study_uid"], totalFiles: row["total_files"],
      totalBytes: row["total_bytes"], receivedBytes: row["received_bytes"],
      chunkSize: row["chunk_size"], hasManifest: row["has_manifest"], createdAt: created,
      expiresAt: expires,
      storedAt: row.date("stored_at"), verifiedAt: row.date("verified_at"),
      nextAttemptAt: row.date("next_attempt_at"), attempts: row["attempts"])
  }

  func insert(_ database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO upload (id, owner_id, owner_name, facility_id, client_id, state, reason,
          patient_name, study_date, modality, metadata, clinical_history, service_level,
          service_rank, study_uid, total_files, total_bytes, received_bytes, chunk_size,
          has_manifest, created_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        id.rawValue, owner.rawValue, ownerName, facility.rawValue, clientUploadID,
        state.rawValue, reason, metadata.patientName, metadata.studyDate, metadata.modality,
        try Column.text(metadata), clinicalHistory, serviceLevel.rawValue, serviceLevel.rank,
        studyInstanceUID, totalFiles, totalBytes, receivedBytes, chunkSize, hasManifest,
        createdAt.stamp, expiresAt.stamp,
      ])
  }
}

extension FileRecord {
  init(_ row: Row) {
    var instance: InstanceFacts?
    if let sop = row["sop_uid"] as String? {
      instance = InstanceFacts(
        sopClassUID: row["sop_class"] ?? "", sopInstanceUID: sop,
        studyInstanceUID: row["study_uid"] ?? "", seriesInstanceUID: row["series_uid"] ?? "",
        modality: row["modality"] ?? "")
    }
    self.init(
      ordinal: row["ordinal"], fileID: row["file_id"], expectedSize: row["expected_size"],
      expectedSHA256: row["expected_sha256"], expectedSOPInstanceUID: row["expected_sop"],
      size: row["size"], sha256: row["sha256"], instance: instance,
      blob: (row["blob"] as String?).map { BlobKey($0) },
      state: InstanceState(rawValue: row["state"]) ?? .waiting, reason: row["reason"],
      storedAt: row.date("stored_at"), sentAt: row.date("sent_at"),
      verifiedAt: row.date("verified_at"))
  }

  func save(_ database: Database, upload: UploadID) throws {
    try database.run(
      """
      INSERT INTO upload_file (upload_id, ordinal, file_id, expected_size, expected_sha256,
        expected_sop, size, sha256, sop_uid, sop_class, study_uid, series_uid, modality, blob,
        state, reason, stored_at, sent_at, verified_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (upload_id, ordinal) DO UPDATE SET
        size = excluded.size, sha256 = excluded.sha256, sop_uid = excluded.sop_uid,
        sop_class = excluded.sop_class, study_uid = excluded.study_uid,
        series_uid = excluded.series_uid, modality = excluded.modality, blob = excluded.blob,
        state = excluded.state, reason = excluded.reason, stored_at = excluded.stored_at,
        sent_at = excluded.sent_at, verified_at = excluded.verified_at
      """,
      [
        upload.rawValue, ordinal, fileID, expectedSize, expectedSHA256, expectedSOPInstanceUID,
        size, sha256, instance?.sopInstanceUID, instance?.sopClassUID,
        instance?.studyInstanceUID, instance?.seriesInstanceUID, instance?.modality,
        blob?.rawValue, state.rawValue, reason, storedAt?.stamp, sentAt?.stamp,
        verifiedAt?.stamp,
      ])
  }
}

extension ReportRecord {
  init(_ row: Row) throws {
    guard let status = ReportStatus(rawValue: row["status"]),
      let level = ServiceLevel(rawValue: row["service_level"]),
      let created = row.date("created_at"), let updated = row.date("updated_at")
    else { throw CatalogueError.missing }
    self.init(
      id: ReportID(row["id"] as String), upload: UploadID(row["upload_id"] as String),
      owner: UserID(row["owner_id"] as String), ownerName: row["owner_name"],
      facility: FacilityID(row["facility_id"] as String), studyInstanceUID: row["study_uid"],
      status: status, serviceLevel: level, radiologist: row["radiologist"], text: row["text"],
      pdf: (row["pdf"] as String?).map { BlobKey($0) },
      study: try Column.value(StudySummary.self, row["study"]), createdAt: created,
      updatedAt: updated, signedAt: row.date("signed_at"), dueAt: row.date("due_at"),
      sources: try Column.value([String].self, row["sources"]),
      nextPollAt: row.date("next_poll_at"), version: row["version"])
  }

  func insert(_ database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO report (id, upload_id, owner_id, owner_name, facility_id, study_uid, status,
          service_level, service_rank, radiologist, text, pdf, study, created_at, updated_at,
          signed_at, due_at, sources, next_poll_at, version)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        id.rawValue, upload.rawValue, owner.rawValue, ownerName, facility.rawValue,
        studyInstanceUID, status.rawValue, serviceLevel.rawValue, serviceLevel.rank, radiologist,
        text, pdf?.rawValue, try Column.text(study), createdAt.stamp, updatedAt.stamp,
        signedAt?.stamp, dueAt?.stamp, try Column.text(sources), nextPollAt?.stamp, version,
      ])
    for version in versions { try version.insert(database, report: id) }
  }
}

extension ReportVersionRecord {
  init(_ row: Row) throws {
    guard let kind = ReportVersion.Kind(rawValue: row["kind"]),
      let received = row.date("received_at")
    else { throw CatalogueError.missing }
    self.init(
      number: row["number"], kind: kind, radiologist: row["radiologist"], text: row["text"],
      isPDFText: row["is_pdf_text"], pdf: (row["pdf"] as String?).map { BlobKey($0) },
      signedAt: row.date("signed_at"), receivedAt: received,
      sources: try Column.value([String].self, row["sources"]))
  }

  func insert(_ database: Database, report: ReportID) throws {
    try database.execute(
      sql: """
        INSERT INTO report_version (report_id, number, kind, radiologist, text, is_pdf_text, pdf,
          signed_at, received_at, sources) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        report.rawValue, number, kind.rawValue, radiologist, text, isPDFText, pdf?.rawValue,
        signedAt?.stamp, receivedAt.stamp, try Column.text(sources),
      ])
  }
}

/// A condition on `owner_id` and `facility_id` that lets through what the viewer may see.
extension Scope {
  var condition: (sql: String, arguments: StatementArguments) {
    switch self {
    case .own(let id): ("owner_id = ?", [id.rawValue])
    case .facility(let facility, let id):
      ("(facility_id = ? OR owner_id = ?)", [facility.rawValue, id.rawValue])
    case .all: ("1", [])
    }
  }
}
