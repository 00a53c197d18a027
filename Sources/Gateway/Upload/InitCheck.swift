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
    if let size = body.chunkSize, size <= 0 {
      throw GatewayProblem.invalid("Field chunk_size must be positive.")
    }
    try checkReasons(body.reasons ?? [])
    if let files = body.files { try checkManifest(files, of: body) }
  }

  /// The size of the session's chunks: the wish, within the bounds, and so that the largest file
  /// has no more chunks than can be numbered.
  func chunkSize(_ body: InitRequest) -> Int {
    let largest = body.files?.map(\.size).max() ?? 0
    let least = Int(clamping: (largest + Int64(Self.chunksOfFile) - 1) / Int64(Self.chunksOfFile))
    let wish = max(body.chunkSize ?? limits.defaultChunk, least)
    return min(max(wish, limits.minimumChunk), limits.maximumChunk)
  }

  /// Chunks that a file may have.
  static let chunksOfFile = 1_000_000

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

  private func checkReasons(_ reasons: [ReasonMessage]) throws {
    guard reasons.count <= UploadReason.limit else {
      throw GatewayProblem.invalid("Field reasons has more than \(UploadReason.limit) entries.")
    }
    for (index, reason) in reasons.enumerated() {
      guard let kind = UploadReason.Kind(rawValue: reason.kind) else {
        let names = UploadReason.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw GatewayProblem.invalid("Field reasons.[\(index)].kind must be one of \(names).")
      }
      guard UploadReason(kind, reason.text).isValid else {
        throw GatewayProblem.invalid(
          "Field reasons.[\(index)].text must have 1 … \(UploadReason.textLimit) characters.")
      }
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
