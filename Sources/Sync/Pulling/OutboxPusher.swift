import Domain
import Foundation
import Logging
import Store
import Wire

/// Tells the gateway what a person changed here, in the order in which it was changed.
struct OutboxPusher: Sendable {
  let store: Store
  let keeper: LoginKeeper
  let kinds: GatewayKinds
  let backoff: Backoff
  let timing: Timing
  let logger: Logger

  /// Pushes until the outbox is empty or its head must wait. Throws what concerns the connection.
  func push() async throws {
    while let mutation = try await store.outbox(limit: 1).first {
      if let next = mutation.nextAttemptAt, next > timing.now() { return }
      do {
        try await perform(mutation)
        try await store.outboxDone(mutation.id)
      } catch let error as LinkError {
        guard try await keepTrying(mutation, error) else { continue }
        throw error
      }
    }
  }

  /// True when the mutation stays in the outbox.
  private func keepTrying(_ mutation: Mutation, _ error: LinkError) async throws -> Bool {
    let isOver =
      switch error {
      // A plain RelayPACS always fails at marking one notification; here it is read all the same.
      case .server: mutation.attempts >= 3
      default: !error.isTransient
      }
    if isOver {
      logger.notice("change dropped", metadata: ["id": "\(mutation.id)", "why": "\(error)"])
      try await store.outboxDone(mutation.id)
      return false
    }
    let seconds = backoff.delay(
      attempt: mutation.attempts, random: timing.random(), retryAfter: error.retryAfter)
    try await store.outboxFailed(
      mutation.id, error: error.description, nextAttemptAt: timing.now().addingTimeInterval(seconds)
    )
    return true
  }

  private func perform(_ mutation: Mutation) async throws {
    switch mutation.change {
    case .markNotificationRead(let id):
      try await keeper.authorised { try await $0.markRead(id.rawValue, access: $1) }
    case .markAllNotificationsRead(let before): try await markAll(before: before)
    case .cancelUpload(let remoteID):
      guard try await kinds.kind(of: try await keeper.current().link).cancel else { return }
      try await keeper.authorised { try await $0.cancel(remoteID, access: $1) }
    }
  }

  /// `read-all` would also mark what came in the meantime and nobody has seen: then only the old
  /// ones are marked, one by one.
  private func markAll(before: Date) async throws {
    let page = try await keeper.authorised { link, access in
      try await link.notifications(limit: 200, offset: 0, access: access)
    }
    let unread = page.notifications.filter { !$0.isRead }
    if unread.allSatisfy({ $0.createdAt.date <= before }) {
      return try await keeper.authorised { try await $0.markAllRead(access: $1) }
    }
    guard try await kinds.kind(of: try await keeper.current().link).changes else { return }
    for notification in unread where notification.createdAt.date <= before {
      try await keeper.authorised { try await $0.markRead(notification.id, access: $1) }
    }
  }
}
