import Domain
import Foundation
import Gateway

// Changes that tell nobody, for tests of everything but the audit log. The gateway itself has to
// say for each what is recorded.

extension AccountCatalogue {
  func add(_ account: Account) async throws { try await add(account, audit: nil) }
}

extension LoginCatalogue {
  func begin(_ family: LoginFamily) async throws { try await begin(family, audit: nil) }

  func rotate(
    family: String, presenting generation: Int, now: Date, grace: TimeInterval, expiresAt: Date
  ) async throws -> Rotation {
    try await rotate(
      family: family, presenting: generation, now: now, grace: grace, expiresAt: expiresAt,
      audit: nil)
  }
}

extension UploadCatalogue {
  func open(_ upload: UploadRecord, files: [FileRecord]) async throws {
    try await open(upload, files: files, chunks: [], audit: nil)
  }

  func cancel(_ id: UploadID, reason: String, now: Date) async throws -> Bool {
    try await cancel(id, reason: reason, now: now, audit: nil)
  }
}

extension CustodyCatalogue {
  func seal(_ upload: UploadRecord, files: [FileRecord], report: ReportRecord?) async throws {
    try await seal(upload, files: files, report: report, audit: nil)
  }

  func record(_ progress: [InstanceProgress], of upload: UploadID, now: Date) async throws {
    try await record(progress, of: upload, now: now, audit: nil)
  }

  func conclude(
    _ upload: UploadID, state: CustodyState, reason: String, nextAttemptAt: Date?, now: Date
  ) async throws {
    try await conclude(
      upload, state: state, reason: reason, nextAttemptAt: nextAttemptAt, now: now, audit: nil)
  }
}
