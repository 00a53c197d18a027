import Domain
import Foundation
import Logging
import Store

/// The sending loop of the process that holds the lease: takes what is due in sending order, a few
/// uploads at a time, and follows proofs. Wakes up at changes of the store and at known times.
actor Sender {
  private let context: SendContext
  private let wakeup = Wakeup()
  private var active: [UploadID: Task<Void, Never>] = [:]
  private var levels: [UploadID: Int] = [:]
  private var memories: [UploadID: UploadMemory] = [:]
  /// Nothing is tried before this time: no connection, or no room on the disk.
  private var pausedUntil: Date?
  private var pauseReason: String?
  private var consecutivePauses = 0
  private var isLoggedOut = false
  /// Told how each run found the gateway.
  private let onReach: @Sendable (Reach) -> Void

  init(_ context: SendContext, onReach: @escaping @Sendable (Reach) -> Void) {
    self.context = context
    self.onReach = onReach
  }

  /// Something changed: look again. `reachable` also ends a wait for the network.
  nonisolated func wake(reachable: Bool = false) {
    if reachable {
      Task { await self.endPause() }
    } else {
      wakeup.signal()
    }
  }

  private func endPause() {
    pausedUntil = nil
    consecutivePauses = 0
    wakeup.signal()
  }

  /// Sends until cancelled, or until nothing of `targets` can move without a person.
  /// - Parameter targets: nil: for ever.
  func run(until targets: Set<UploadID>? = nil) async throws {
    try await context.store.requeueInterrupted(at: context.timing.now())
    let listening = Task { [store = context.store, wakeup] in
      for await regions in store.changes where !regions.isDisjoint(with: [.uploads, .account]) {
        wakeup.signal()
      }
    }
    defer { listening.cancel() }
    do {
      while true {
        try Task.checkCancellation()
        if let targets, try await isSettled(targets) { break }
        let pause = try await step(only: targets)
        if targets != nil, isLoggedOut { throw SyncError.loginExpired }
        try await wakeup.wait(atMost: pause, timing: context.timing)
      }
    } catch {
      await stopAll()
      throw error
    }
    await stopAll()
  }

  /// Starts what may start, stops what a person stopped. Returns seconds until the next look.
  private func step(only targets: Set<UploadID>?) async throws -> TimeInterval {
    let now = context.timing.now()
    try await stopWithdrawn()
    if let until = pausedUntil {
      if until > now { return until.timeIntervalSince(now) }
      pausedUntil = nil
    }
    let login: LoginKeeper.Login
    do {
      login = try await context.keeper.current()
      isLoggedOut = false
    } catch is SyncError {
      isLoggedOut = active.isEmpty
      return 60
    }
    let gateway = login.account.server
    for upload in try await context.store.due(gateway: gateway, now: now, limit: 64)
    where active[upload.id] == nil && (targets?.contains(upload.id) ?? true) {
      guard mayStart(upload) else { break }
      start(upload)
    }
    for upload in try await context.store.awaitingProof(gateway: gateway, now: now, limit: 32)
    where active[upload.id] == nil && (targets?.contains(upload.id) ?? true) {
      follow(upload.id)
    }
    let next = try await context.store.nextAttempt(gateway: gateway, after: now)
    return max(0.02, min(next?.timeIntervalSince(now) ?? 60, 60))
  }

  /// A few at a time; something more urgent than all that are being sent may come on top, so that
  /// STAT begins at the next chunk and not at the next study.
  private func mayStart(_ upload: Upload) -> Bool {
    let sending = levels.values
    if sending.count < context.options.parallelUploads { return true }
    guard let most = sending.min() else { return true }
    return upload.serviceLevel.rank < most && sending.count < 2 * context.options.parallelUploads
  }

  private func memory(of id: UploadID) -> UploadMemory {
    if let memory = memories[id] { return memory }
    let memory = UploadMemory()
    memories[id] = memory
    return memory
  }

  private func start(_ upload: Upload) {
    let runner = UploadRunner(id: upload.id, context: context, memory: memory(of: upload.id))
    levels[upload.id] = upload.serviceLevel.rank
    active[upload.id] = Task { self.ended(upload.id, await runner.run()) }
  }

  private func follow(_ id: UploadID) {
    let follower = ProofFollower(id: id, context: context, memory: memory(of: id))
    active[id] = Task { self.ended(id, await follower.run()) }
  }

  private func ended(_ id: UploadID, _ reach: Reach) {
    active[id] = nil
    levels[id] = nil
    switch reach {
    case .reached: consecutivePauses = 0
    case .unreachable(let seconds, let why): pause(seconds, why)
    case .storeTrouble(let why): pause(5, why)
    case .loggedOut: isLoggedOut = true
    }
    onReach(reach)
    wakeup.signal()
  }

  /// One failure to connect holds up everything: a thousand queued studies need not each find out.
  private func pause(_ seconds: TimeInterval, _ why: String) {
    let backoff = context.options.backoff.delay(
      attempt: consecutivePauses, random: context.timing.random())
    consecutivePauses += 1
    pausedUntil = context.timing.now().addingTimeInterval(max(min(seconds, 5), backoff))
    pauseReason = why
  }

  private func stopWithdrawn() async throws {
    for (id, task) in active {
      let state = try await context.store.upload(id)?.state
      let goesOn = state == .queued || state == .sending || state == .stored
      // A run that ends is about to say so itself; only a person's word needs a cancellation.
      if !goesOn, state == nil || state == .paused || state == .cancelled { task.cancel() }
    }
  }

  private func stopAll() async {
    let tasks = active.values
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
  }

  /// True when none of the uploads can move without a person.
  private func isSettled(_ targets: Set<UploadID>) async throws -> Bool {
    for id in targets {
      guard let upload = try await context.store.upload(id) else { continue }
      if !upload.state.isSettled || active[id] != nil { return false }
    }
    return true
  }
}

extension UploadState {
  /// True when only a person (or nobody) can move it on.
  var isSettled: Bool { isFinal || self == .held || self == .paused }
}
