import Foundation
import Sync
import Wire

/// A link that passes everything on; tests override what they look at.
class ForwardingLink: GatewayLink, @unchecked Sendable {
  // Immutable: subclasses add constants only.
  let next: any GatewayLink

  init(_ next: any GatewayLink) { self.next = next }

  var origin: String { next.origin }

  func login(_ request: LoginRequest) async throws -> TokenPair {
    try await next.login(request)
  }

  func refresh(_ refreshToken: String) async throws -> TokenPair {
    try await next.refresh(refreshToken)
  }

  func logout(_ refreshToken: String) async throws {
    try await next.logout(refreshToken)
  }

  func me(access: String) async throws -> MeAnswer {
    try await next.me(access: access)
  }

  func setUpSecondFactor(access: String) async throws -> SecondFactorSetup {
    try await next.setUpSecondFactor(access: access)
  }

  func enableSecondFactor(_ request: SecondFactorEnable, access: String) async throws
    -> SecondFactorEnabled
  {
    try await next.enableSecondFactor(request, access: access)
  }

  func disableSecondFactor(_ request: SecondFactorDisable, access: String) async throws {
    try await next.disableSecondFactor(request, access: access)
  }

  func capabilities() async throws -> Capabilities? {
    try await next.capabilities()
  }

  func initialise(_ request: InitRequest, access: String) async throws -> InitAnswer {
    try await next.initialise(request, access: access)
  }

  func put(_ chunk: OutgoingChunk, uploadToken: String, terms: SendTerms) async throws
    -> ChunkReceipt
  {
    try await next.put(chunk, uploadToken: uploadToken, terms: terms)
  }

  func put(_ chunks: [OutgoingChunk], uploadToken: String, terms: SendTerms) async throws
    -> [ChunkReceipt?]
  {
    try await next.put(chunks, uploadToken: uploadToken, terms: terms)
  }

  func status(of upload: String, uploadToken: String) async throws -> UploadStatusAnswer {
    try await next.status(of: upload, uploadToken: uploadToken)
  }

  func complete(_ upload: String, uploadToken: String) async throws -> CompleteAnswer {
    try await next.complete(upload, uploadToken: uploadToken)
  }

  func proof(of upload: String, access: String) async throws -> ProofAnswer {
    try await next.proof(of: upload, access: access)
  }

  func cancel(_ upload: String, access: String) async throws {
    try await next.cancel(upload, access: access)
  }

  func renewUploadToken(of upload: String, access: String) async throws -> String {
    try await next.renewUploadToken(of: upload, access: access)
  }

  func reports(limit: Int, offset: Int, access: String) async throws -> ReportPage {
    try await next.reports(limit: limit, offset: offset, access: access)
  }

  func report(ofUpload upload: String, access: String) async throws -> ReportMessage? {
    try await next.report(ofUpload: upload, access: access)
  }

  func notifications(limit: Int, offset: Int, access: String) async throws -> NotificationPage {
    try await next.notifications(limit: limit, offset: offset, access: access)
  }

  func known(_ request: KnownInstancesRequest, access: String) async throws
    -> KnownInstancesAnswer
  {
    try await next.known(request, access: access)
  }

  func changes(after revision: Int64, limit: Int, access: String) async throws -> ChangesAnswer {
    try await next.changes(after: revision, limit: limit, access: access)
  }

  func markRead(_ notification: String, access: String) async throws {
    try await next.markRead(notification, access: access)
  }

  func markAllRead(access: String) async throws {
    try await next.markAllRead(access: access)
  }

  func save(_ edit: TemplateEdit, template: String, access: String) async throws
    -> TemplateAnswer
  {
    try await next.save(edit, template: template, access: access)
  }

  func delete(template: String, version: Int64, access: String) async throws -> TemplateAnswer {
    try await next.delete(template: template, version: version, access: access)
  }

  func savePDF(report: String, to file: URL, limit: Int64, access: String) async throws {
    try await next.savePDF(report: report, to: file, limit: limit, access: access)
  }

  func events(after lastEventID: String?, access: String) -> AsyncThrowingStream<
    GatewayEvent, any Error
  > {
    next.events(after: lastEventID, access: access)
  }
}
