import Domain
import Foundation
import Wire

extension UploadService {
  /// The answer to `complete`, as things stand after waiting.
  func answer(_ id: UploadID, wait: TimeInterval) async throws -> CompleteAnswer {
    let deadline = ContinuousClock.now.advanced(by: .seconds(max(0, min(wait, 60))))
    var upload = try await present(id)
    while upload.state == .stored || upload.state == .forwarding, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(50))
      upload = try await present(id)
    }
    let files = try await catalogue.files(of: id)
    let failed = files.filter { $0.state == .failed }
    var warnings = failed.prefix(100).map { file in
      "file \(file.ordinal + 1): \(file.reason)"
    }
    let isDone = upload.state == .verified || upload.state == .committed
    if upload.state == .stored || upload.state == .forwarding {
      warnings.append("stored; delivery to the PACS is queued")
    }
    let processed = files.count - failed.count
    let status =
      processed == 0 ? "failed" : failed.isEmpty ? "success" : "partial_success"
    return CompleteAnswer(
      status: status,
      pacsReceiptID: isDone && failed.isEmpty
        ? "STOW-SUCCESS-\(upload.id.rawValue)-\(processed)" : nil,
      warnings: warnings, processedFiles: processed, failedFiles: failed.count)
  }

  /// `GET /upload/{id}/proof`.
  func proof(_ upload: UploadRecord) async throws -> ProofAnswer {
    let files = try await catalogue.files(of: upload.id)
    return ProofAnswer(
      uploadID: upload.id.rawValue, clientUploadID: upload.clientUploadID,
      state: upload.state.rawValue, reason: upload.reason.isEmpty ? nil : upload.reason,
      nextAttemptAt: upload.nextAttemptAt.map { WireDate($0) },
      instances: files.map { file in
        ProofAnswer.Instance(
          fileID: file.fileID,
          sopInstanceUID: file.instance?.sopInstanceUID ?? file.expectedSOPInstanceUID ?? "",
          sha256: file.sha256, size: file.sha256 == nil ? file.expectedSize ?? 0 : file.size,
          state: file.state.rawValue, reason: file.reason.isEmpty ? nil : file.reason,
          storedAt: file.storedAt.map { WireDate($0) },
          verifiedAt: file.verifiedAt.map { WireDate($0) })
      })
  }

  private func present(_ id: UploadID) async throws -> UploadRecord {
    guard let upload = try await catalogue.upload(id) else { throw GatewayProblem.noSession }
    return upload
  }
}
