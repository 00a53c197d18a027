import Domain
import Foundation
import HTTPTypes
import Wire

/// Checks of `POST /upload/init`: every text has a bound, the manifest agrees with itself.
struct InitCheck {
  let limits: Capabilities.Limits

  /// - Throws: 422 with the field's name, never its value.
  func check(_ body: InitRequest) throws {
    try checkMetadata(body)
    guard body.totalFiles > 0, body.totalFiles <= limits.maximumFiles else {
      throw GatewayProblem.invalid("Field total_files must be 1 … \(limits.maximumFiles).")
    }
    guard body.totalSizeBytes > 0 else {
      throw GatewayProblem.invalid("Field total_size_bytes must be positive.")
    }
    guard body.totalSizeBytes <= limits.maximumStudyBytes else {
      throw GatewayProblem(
        .contentTooLarge, .tooLarge,
        "A study may have \(limits.maximumStudyBytes) bytes here. Split it, or ask the administrator."
      )
    }
    if let id = body.clientUploadID, !Name.isIdentifier(id) {
      throw GatewayProblem.invalid("Field client_upload_id must match [A-Za-z0-9._-]{1,64}.")
    }
    if let uid = body.studyInstanceUID, !uid.isEmpty, !Name.isUID(uid) {
      throw GatewayProblem.invalid("Field study_instance_uid must be a DICOM UID.")
    }
    if let size = body.chunkSize, !(limits.minimumChunk...limits.maximumChunk).contains(size) {
      throw GatewayProblem.invalid(
        "Field chunk_size must be \(limits.minimumChunk) … \(limits.maximumChunk).")
    }
    if let files = body.files { try checkManifest(files, of: body) }
  }

  private func checkMetadata(_ body: InitRequest) throws {
    let metadata = body.studyMetadata
    let texts: [(String, String?, Int)] = [
      ("patient_name", metadata.patientName, 400), ("study_date", metadata.studyDate, 32),
      ("modality", metadata.modality, 32), ("age", metadata.age, 32),
      ("gender", metadata.gender, 32), ("service_level", metadata.serviceLevel, 32),
      ("study_description", metadata.studyDescription, 400),
    ]
    for (field, text, limit) in texts where (text?.count ?? 0) > limit {
      throw GatewayProblem.invalid("Field study_metadata.\(field) is longer than \(limit).")
    }
    guard (body.clinicalHistory?.count ?? 0) <= 500 else {
      throw GatewayProblem.invalid("Field clinical_history is longer than 500 characters.")
    }
    if let level = metadata.serviceLevel, ServiceLevel(rawValue: level.lowercased()) == nil {
      let names = ServiceLevel.allCases.map(\.rawValue).joined(separator: ", ")
      throw GatewayProblem.invalid("Field study_metadata.service_level must be one of \(names).")
    }
  }

  private func checkManifest(_ files: [ManifestFile], of body: InitRequest) throws {
    guard files.count == body.totalFiles else {
      throw GatewayProblem.invalid("Field files must list total_files entries.")
    }
    var names = Set<String>()
    var sum: Int64 = 0
    for (index, file) in files.enumerated() {
      guard Name.isIdentifier(file.fileID), names.insert(file.fileID).inserted else {
        throw GatewayProblem.invalid(
          "Field files.[\(index)].file_id must be unique and match [A-Za-z0-9._-]{1,64}.")
      }
      guard file.size > 0, file.size <= limits.maximumStudyBytes else {
        throw GatewayProblem.invalid("Field files.[\(index)].size must be positive.")
      }
      if let digest = file.sha256, !Name.isSHA256(digest) {
        throw GatewayProblem.invalid(
          "Field files.[\(index)].sha256 must be 64 lower-case hexadecimal digits.")
      }
      guard Name.isUID(file.sopInstanceUID) else {
        throw GatewayProblem.invalid("Field files.[\(index)].sop_instance_uid must be a DICOM UID.")
      }
      sum += file.size
    }
    guard sum == body.totalSizeBytes else {
      throw GatewayProblem.invalid("The sizes in files must add up to total_size_bytes.")
    }
  }
}
