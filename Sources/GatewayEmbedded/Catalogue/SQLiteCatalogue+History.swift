public import Domain
import Foundation
import GRDB
import Gateway
import Wire

extension SQLiteCatalogue {
  /// Takes over past work of a demonstration or another system: uploads that are over and reports
  /// on them, in one transaction. What is there already stays as it is.
  public func importHistory(_ uploads: [Upload], _ reports: [Report], owner: User) async throws {
    try await write { database, changes in
      var remote: [String: UploadID] = [:]
      for upload in uploads {
        let id = UploadID(upload.remoteID ?? upload.id.rawValue)
        guard upload.state.isProven || upload.state == .failed,
          try Self.upload(id, database) == nil
        else { continue }
        try Self.insert(upload, id, owner, database)
        remote[id.rawValue] = id
      }
      for report in reports {
        guard let upload = remote[report.remoteUploadID] else { continue }
        var record = ReportRecord(
          id: report.id, upload: upload, owner: owner.id, ownerName: owner.username,
          facility: owner.facility.id, studyInstanceUID: report.study.studyInstanceUID,
          status: report.status, serviceLevel: report.serviceLevel,
          radiologist: report.radiologist, text: report.text, study: report.study,
          createdAt: report.createdAt, updatedAt: report.updatedAt, signedAt: report.signedAt,
          dueAt: report.dueAt)
        if report.status == .ready {
          record.versions = [
            ReportVersionRecord(
              number: 1, kind: .first, radiologist: report.radiologist, text: report.text,
              isPDFText: false, pdf: nil, signedAt: report.signedAt, receivedAt: report.updatedAt,
              sources: [])
          ]
          record.version = 1
        }
        try record.insert(database)
        try changes.record(
          .report, record.id.rawValue, owner: owner.id, facility: owner.facility.id, in: database)
      }
    }
  }

  private static func insert(_ upload: Upload, _ id: UploadID, _ owner: User, _ database: Database)
    throws
  {
    let study = upload.study
    var record = UploadRecord(
      id: id, owner: owner.id, ownerName: owner.username, facility: owner.facility.id,
      clientUploadID: nil, reason: upload.reason,
      metadata: StudyMetadata(
        patientName: study.patientName, studyDate: study.studyDate, modality: study.modality,
        gender: study.patientSex, serviceLevel: upload.serviceLevel.rawValue,
        studyDescription: study.studyDescription),
      clinicalHistory: upload.clinicalHistory, serviceLevel: upload.serviceLevel,
      studyInstanceUID: study.studyInstanceUID, totalFiles: max(1, upload.fileCount),
      totalBytes: max(1, upload.byteCount), chunkSize: 1 << 20, hasManifest: false,
      createdAt: upload.createdAt, expiresAt: upload.createdAt)
    record.state =
      upload.state == .failed ? .failed : upload.state == .committed ? .committed : .verified
    try record.insert(database)
    // The time of proof is left out: it would tell the demonstration's radiologist to report now.
    try database.execute(
      sql: "UPDATE upload SET stored_at = ?, received_bytes = total_bytes WHERE id = ?",
      arguments: [upload.storedAt?.stamp, id.rawValue])
  }
}
