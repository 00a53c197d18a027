import Domain
import Foundation
import Logging
import Store
import Wire

extension SyncEngine {
  /// Changes of the store by other processes and by people: a login, an entry in the outbox.
  func watchStore() async {
    for await regions in store.changes {
      if Task.isCancelled { return }
      if regions.contains(.account) {
        guard let account = try? await store.account() else {
          if flags.isNews(login: "") { connection.refused(.loggedOut) }
          continue
        }
        if flags.isNews(login: "\(account.server)/\(account.user.id)") { pullNow.signal() }
      }
      // What a failed push wrote itself is no reason to push again at once.
      if regions.contains(.outbox), let head = try? await store.outbox(limit: 1).first,
        head.attempts == 0
      {
        pullNow.signal()
      }
      if regions.contains(.templates), let owner = try? await store.account()?.owner,
        let changes = try? await store.templateChanges(of: owner), !changes.isEmpty
      {
        pullNow.signal()
      }
    }
  }

  /// Listens to the gateway's events; each is a hint to look.
  func listenForever() async {
    var failures = 0
    while !Task.isCancelled {
      var retryAfter: Double?
      do {
        let login = try await keeper.current()
        _ = flags.isNews(login: "\(login.account.server)/\(login.account.user.id)")
        defer { flags.set(streamIsAlive: false) }
        let access = login.account.accessToken
        do {
          for try await event in login.link.events(after: flags.lastEventID, access: access) {
            failures = 0
            flags.set(streamIsAlive: true)
            connection.reached(at: timing.now())
            if let id = event.id { flags.set(lastEventID: id) }
            if ["connected", "changed", "notification"].contains(event.name) { pullNow.signal() }
          }
        } catch LinkError.unauthorized {
          _ = try await keeper.renewed(after: access)
        }
      } catch is CancellationError {
        return
      } catch let error as LinkError {
        retryAfter = error.retryAfter
        logger.debug("event stream ended", metadata: ["why": "\(error)"])
      } catch {
        // Logged out, or the store: the pull says so.
        failures = max(failures, 4)
      }
      let backoff = Backoff(base: 1, cap: options.longestPollInterval, floor: 0.5)
      let wait = backoff.delay(
        attempt: failures, random: timing.random(), retryAfter: retryAfter)
      failures += 1
      do { try await timing.sleep(wait) } catch { return }
    }
  }

  /// Tells progress while there is any; silent otherwise.
  func reportTransfer() async {
    var changes = store.changes.makeAsyncIterator()
    while !Task.isCancelled {
      let status = await transferStatus()
      hub.send(.transfer(status))
      do {
        if status.bytesPerSecond > 0 || !status.uploads.isEmpty {
          try await timing.sleep(0.5)
          continue
        }
        while let regions = await changes.next(), regions.isDisjoint(with: [.uploads, .settings]) {}
      } catch { return }
    }
  }

  private func transferStatus() async -> TransferStatus {
    let now = timing.now()
    var sent: Int64 = 0
    var total: Int64 = 0
    let active = context.meter.active
    if let account = try? await store.account(),
      let due = try? await store.due(for: account.owner, now: .distantFuture, limit: 1000)
    {
      for upload in due where !active.contains(upload.id) {
        sent += upload.sentBytes
        total += upload.byteCount
      }
    }
    let isElsewhere = !flags.isSending && SenderLease.holder(store.home) != nil
    var status = context.meter.status(
      at: now, queued: (sent, total), byAnotherProcess: isElsewhere)
    // Told while it matters only: a screen at rest stays as it is.
    if status.sentBytes < status.totalBytes {
      status.limit = await context.rules.rate()
      status.isOverBudget = (try? await context.rules.overBudget()) != nil
    }
    return status
  }
}
