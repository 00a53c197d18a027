public import Domain
import Foundation
import Logging
import Store
import Wire

extension SyncEngine {
  /// Does everything until the task is cancelled. Offline is a normal state: this ends only by
  /// cancellation.
  public func runUntilCancelled() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.sendForever() }
      group.addTask { await self.pullForever() }
      group.addTask { await self.watchStore() }
      group.addTask { await self.reportTransfer() }
      if options.usesEvents { group.addTask { await self.listenForever() } }
    }
  }

  /// Waits until none of the uploads can move without a person, sending them if nobody else does.
  /// - Returns: the uploads as they are then, in the order of the ids.
  /// - Throws: ``SyncError/loginExpired`` when a person must log in first; `CancellationError`.
  public func waitUntilSettled(_ ids: [UploadID]) async throws -> [Upload] {
    let targets = Set(ids)
    while true {
      if let lease = try await leaseUnlessSettled(targets) {
        flags.set(isSending: true)
        defer {
          flags.set(isSending: false)
          withExtendedLifetime(lease) {}
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { await self.reportTransfer() }
          group.addTask { try await self.sender.run(until: targets) }
          try await group.next()
          group.cancelAll()
        }
      }
      if let uploads = try await settled(targets) { return ids.compactMap { uploads[$0] } }
    }
  }

  /// The right to send as soon as it is free; nil when whoever has it has settled the uploads.
  private func leaseUnlessSettled(_ targets: Set<UploadID>) async throws -> SenderLease? {
    if let lease = try SenderLease.tryAcquire(store.home, now: timing.now()) { return lease }
    return try await withThrowingTaskGroup(of: SenderLease?.self) { group in
      group.addTask { try await SenderLease.acquire(self.store.home, now: self.timing.now) }
      group.addTask {
        // Listening begins before the first look: nothing falls in between.
        let changes = self.store.changes
        if try await self.settled(targets) != nil { return nil }
        for await regions in changes where regions.contains(.queue) {
          if try await self.settled(targets) != nil { return nil }
        }
        throw CancellationError()
      }
      if !store.hearsOthers {
        group.addTask {
          while try await self.settled(targets) == nil { try await self.timing.sleep(2) }
          return nil
        }
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }

  private func settled(_ targets: Set<UploadID>) async throws -> [UploadID: Upload]? {
    var uploads: [UploadID: Upload] = [:]
    for id in targets {
      guard let upload = try await store.upload(id) else { continue }
      guard upload.state.isSettled else { return nil }
      uploads[id] = upload
    }
    return uploads
  }

  /// One pull and one push; throws when the gateway or the login is in the way.
  func pullAndPush() async throws {
    do {
      let result = try await puller.pull()
      try await context.heard()
      connection.reached(at: timing.now())
      if result.rows > 0 { hub.send(.pulled) }
      await followProofs(result.uploads)
      try await outbox.push()
      try await templates.push()
    } catch let error as SyncError {
      // Somebody else who logged in meanwhile is no refusal.
      if error == .loggedOut || error == .loginExpired { connection.refused(error) }
      throw error
    }
  }

  /// Uploads whose custody moved at the gateway: ask now rather than at the next poll.
  private func followProofs(_ remoteIDs: [String]) async {
    for remoteID in Set(remoteIDs) {
      guard let upload = try? await store.upload(remoteID: remoteID),
        upload.state == .stored || upload.state == .verified, upload.remoteID == remoteID
      else { continue }
      _ = await ProofFollower(id: upload.id, context: context, memory: UploadMemory()).run()
    }
  }

  private func sendForever() async {
    while !Task.isCancelled {
      do {
        // As long as another process sends this waits, and goes on the moment that one ends.
        let lease = try await SenderLease.acquire(store.home, now: timing.now)
        flags.set(isSending: true)
        defer {
          flags.set(isSending: false)
          withExtendedLifetime(lease) {}
        }
        try await sender.run()
      } catch is CancellationError {
        return
      } catch {
        logger.error("sending stopped", metadata: ["error": "\(type(of: error))"])
        hub.send(.trouble(String(describing: error)))
        try? await timing.sleep(5)
      }
    }
  }

  private func pullForever() async {
    var failures = 0
    while !Task.isCancelled {
      var wait: Double
      do {
        connection.connecting()
        try await pullAndPush()
        if failures > 0 { sender.wake(reachable: true) }
        failures = 0
        let base = flags.streamIsAlive ? options.pollIntervalWithEvents : options.pollInterval
        wait = base * (0.8 + 0.4 * timing.random())
      } catch is CancellationError {
        return
      } catch is SyncError {
        // A login is heard of; this is for stores whose changes are not.
        flags.set(waitsForLogin: true)
        wait = 15
      } catch let error as LinkError {
        let backoff = Backoff(
          base: min(2, options.pollInterval), cap: options.longestPollInterval, floor: 0.5)
        wait = backoff.delay(
          attempt: failures, random: timing.random(), retryAfter: error.retryAfter)
        failures += 1
        let now = timing.now()
        connection.failed(error.description, nextAttemptAt: now.addingTimeInterval(wait), at: now)
      } catch {
        logger.error("pull failed", metadata: ["error": "\(type(of: error))"])
        hub.send(.trouble(String(describing: error)))
        wait = options.pollInterval
      }
      do { try await pullNow.wait(atMost: wait, timing: timing) } catch { return }
    }
  }
}
