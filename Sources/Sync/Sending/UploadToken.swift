import Domain
import Foundation
import Store

/// The upload token of a session, renewed once for all chunks that were refused with it. It is used
/// only while its owner is logged in.
actor UploadToken {
  private let upload: UploadID
  private let owner: UploadOwner
  private let remoteID: String
  private let context: SendContext
  private var value: String
  private var renewing: Task<String, any Error>?

  init(
    _ session: GatewaySession, of upload: UploadID, owner: UploadOwner, context: SendContext
  ) {
    self.upload = upload
    self.owner = owner
    remoteID = session.remoteID
    value = session.uploadToken
    self.context = context
  }

  /// Runs work with the token; renews it once when the gateway refuses it.
  nonisolated func authorised<T: Sendable>(
    _ work: @Sendable (any GatewayLink, String) async throws -> T
  ) async throws -> T {
    let link = try await context.keeper.current(as: .owner(owner)).link
    let token = await self.value
    do {
      return try await work(link, token)
    } catch LinkError.unauthorized, LinkError.forbidden {
      return try await work(link, try await renewed(after: token))
    }
  }

  private func renewed(after refused: String) async throws -> String {
    if value != refused { return value }
    if let renewing { return try await renewing.value }
    let (context, remoteID, owner) = (context, remoteID, owner)
    let task = Task {
      try await context.keeper.authorised(as: .owner(owner)) { link, access in
        try await context.line.withCopies {
          try await link.renewUploadToken(of: remoteID, access: access)
        }
      }
    }
    renewing = task
    defer { renewing = nil }
    let token = try await task.value
    value = token
    try await context.store.renewUploadToken(upload, token: token, expiresAt: nil)
    return token
  }
}
