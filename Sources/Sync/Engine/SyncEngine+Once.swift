public import Domain
public import Foundation
public import Store

/// How one round went: what was tried, and what is left for later.
public struct SyncRound: Sendable, Equatable {
  /// The uploads that were due, as they are after the round.
  public var tried: [Upload]
  /// Uploads of this login that are still on their way, each with the time of its next attempt.
  public var waiting: [Upload]
  /// Uploads that wait for another login.
  public var ofOthers: [Upload]
  /// The process that sends instead of this one; nil when this one did.
  public var sender: SenderLease.Holder?

  public init(
    tried: [Upload] = [], waiting: [Upload] = [], ofOthers: [Upload] = [],
    sender: SenderLease.Holder? = nil
  ) {
    self.tried = tried
    self.waiting = waiting
    self.ofOthers = ofOthers
    self.sender = sender
  }
}

extension SyncEngine {
  /// Pulls, pushes, and tries every upload and proof that is due now. What must be tried again
  /// within `patience` is waited for; what waits longer stays where it is and is named in the
  /// answer. When another process sends, this one only pulls and pushes.
  /// - Parameter patience: seconds.
  /// - Throws: ``SyncError``, ``LinkError`` when the gateway cannot be reached at the beginning.
  @discardableResult
  public func syncOnce(patience: TimeInterval = 15) async throws -> SyncRound {
    try await pullAndPush()
    guard let account = try await store.account() else { throw SyncError.loggedOut }
    var round = SyncRound()
    var targets: [UploadID] = []
    if let lease = try SenderLease.tryAcquire(store.home, now: timing.now()) {
      defer { withExtendedLifetime(lease) {} }
      targets = try await onTheWay(account, dueBy: timing.now()).map(\.id)
      try await sender.run(until: Set(targets), patience: patience)
      // What was tried is told even when the gateway has gone since.
      do { try await pullAndPush() } catch is LinkError {}
    } else {
      round.sender = SenderLease.holder(store.home)
    }
    for id in targets { if let upload = try await store.upload(id) { round.tried.append(upload) } }
    round.waiting = try await onTheWay(account, dueBy: .distantFuture)
    round.ofOthers = try await store.uploadsOfOthers(than: account.owner)
      .filter { $0.state == .queued }
    return round
  }

  private func onTheWay(_ account: Account, dueBy now: Date) async throws -> [Upload] {
    let seesFacility = account.user.role.rights.contains(.seeFacility)
    return try await store.due(for: account.owner, now: now, limit: 10_000)
      + store.awaitingProof(
        for: account.owner, seesFacility: seesFacility, now: now, limit: 10_000)
  }
}
