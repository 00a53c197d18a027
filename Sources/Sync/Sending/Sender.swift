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
  /// Nothing is tried before this time: there was no room on the disk.
  private var diskPause: Date?
  /// The last "try it now" that was followed.
  private var followedRequest: String?
  /// Seconds that a target may wait before the run goes on without it; nil: as long as it takes.
  private var patience: TimeInterval?
  private var loginTrouble: SyncError?
  /// Targets that could still move when last looked at; looked at again after a run and each second.
  private var unsettled: Set<UploadID> = []
  private var settledAt = Date.distantPast
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

  private func endPause() async {
    diskPause = nil
    // A store that cannot be written now is found out by the next run.
    try? await context.heard()
    wakeup.signal()
  }

  /// The end of whatever holds up everything.
  private var pausedUntil: Date? {
    [diskPause, context.outage.pausedUntil].compactMap { $0 }.max()
  }

  /// Sends until cancelled, or until nothing of `targets` can move without a person.
  /// - Parameters:
  ///   - targets: nil: for ever.
  ///   - patience: seconds; a target whose next attempt lies further ahead is left where it is.
  /// - Throws: ``SyncError`` when targets cannot move before somebody logs in.
  func run(until targets: Set<UploadID>? = nil, patience: TimeInterval? = nil) async throws {
    try await context.store.requeueInterrupted(at: context.timing.now())
    followedRequest = try await context.store.cursor(Store.tryNow)
    self.patience = patience
    unsettled = targets ?? []
    settledAt = .distantPast
    // Listening begins before the first look: nothing falls in between.
    let changes = context.store.changes
    let listening = Task { [wakeup] in
      for await regions in changes
      where !regions.isDisjoint(with: [.queue, .account, .settings]) {
        wakeup.signal()
      }
    }
    defer { listening.cancel() }
    do {
      while true {
        try Task.checkCancellation()
        let settled = targets == nil ? false : try await isSettled()
        if settled == true { break }
        var pause = try await step(only: targets)
        if settled == nil { pause = min(pause, 1) }
        if targets != nil, let loginTrouble { throw loginTrouble }
        // What changes together is looked at together.
        try await context.timing.sleep(0.03)
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
    try await mendTimes(now)
    try await stopWithdrawn()
    if let until = pausedUntil, until > now, try await !isAskedFor() {
      return until.timeIntervalSince(now)
    }
    let login: LoginKeeper.Login
    do {
      login = try await context.keeper.current()
      loginTrouble = nil
    } catch let error as SyncError {
      if active.isEmpty { loginTrouble = error }
      return 15
    }
    let owner = login.account.owner
    // Whoever logged in since: what is another's must not go out as theirs.
    try await stopForeign(to: owner)
    if targets != nil, let objection = try await objection(to: owner) { throw objection }
    let seesFacility = login.account.user.role.rights.contains(.seeFacility)
    let over = try await context.rules.overBudget()
    try await context.store.markBudget(over?.words)
    // When all places are taken, only something more urgent matters: it stands at the front.
    let isFull = levels.count >= context.options.parallelUploads
    let limit =
      over != nil ? 0 : isFull ? 8 * context.options.parallelUploads : targets == nil ? 64 : 10_000
    for upload in try await context.store.due(for: owner, now: now, limit: limit)
    where active[upload.id] == nil && (targets?.contains(upload.id) ?? true) {
      guard mayStart(upload) else { break }
      start(upload)
    }
    let awaiting = try await context.store.awaitingProof(
      for: owner, seesFacility: seesFacility, now: now, limit: 32)
    for upload in awaiting
    where active[upload.id] == nil && (targets?.contains(upload.id) ?? true) {
      follow(upload.id)
    }
    let next = try await context.store.nextAttempt(
      for: owner, seesFacility: seesFacility, after: now)
    if over != nil { return max(0.02, min(next?.timeIntervalSince(now) ?? 15, 15)) }
    return max(0.02, min(next?.timeIntervalSince(now) ?? 60, 60))
  }

  /// A few at a time; what is more urgent comes on top of what is less so, so that STAT begins at
  /// the next chunk and not at the next study.
  private func mayStart(_ upload: Upload) -> Bool {
    let inItsWay = levels.values.count { $0 <= upload.serviceLevel.rank }
    return inItsWay < context.options.parallelUploads
  }

  /// Ends what the clock says is over, and what it can never have meant: it may have been set.
  private func mendTimes(_ now: Date) async throws {
    let longest = max(context.options.backoff.longest, context.options.proofBackoff.longest)
    try await context.store.endPauses(at: now)
    try await context.store.endWaits(beyond: now.addingTimeInterval(longest + 60))
    if let until = diskPause, until.timeIntervalSince(now) > 60 { diskPause = nil }
    if let until = context.outage.pausedUntil, until.timeIntervalSince(now) > longest + 60 {
      try await context.heard()
    }
  }

  private func memory(of id: UploadID) -> UploadMemory {
    if let memory = memories[id] { return memory }
    let memory = UploadMemory()
    memories[id] = memory
    return memory
  }

  private func start(_ upload: Upload) {
    let memory = memory(of: upload.id)
    let runner = UploadRunner(
      id: upload.id, owner: upload.belongsTo, context: context, memory: memory)
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
    // Everything else waits in its own row.
    if case .storeTrouble = reach { diskPause = context.timing.now().addingTimeInterval(5) }
    settledAt = .distantPast
    Task { await self.forget(id) }
    onReach(reach)
    wakeup.signal()
  }

  /// What is settled needs no memory.
  private func forget(_ id: UploadID) async {
    guard let state = try? await context.store.upload(id)?.state, state.isSettled,
      active[id] == nil
    else { return }
    memories[id] = nil
  }

  /// True once for each time that a person wants what waits to be tried at once.
  private func isAskedFor() async throws -> Bool {
    let request = try await context.store.cursor(Store.tryNow)
    guard request != followedRequest else { return false }
    followedRequest = request
    diskPause = nil
    try await context.heard()
    return true
  }

  private func stopWithdrawn() async throws {
    for (id, task) in active {
      let upload = try await context.store.upload(id)
      let state = upload?.state
      if let level = levels[id], let rank = upload?.serviceLevel.rank, rank != level {
        levels[id] = rank
        await memory(of: id).recall()
      }
      let goesOn = state == .queued || state == .sending || state == .stored
      // A run that ends is about to say so itself; only a person's word needs a cancellation.
      if !goesOn, state == nil || state == .paused || state == .cancelled { task.cancel() }
    }
  }

  /// Stops sending what is not the login's; proofs may be asked for all the same.
  private func stopForeign(to login: UploadOwner) async throws {
    for (id, task) in active where levels[id] != nil {
      guard let upload = try await context.store.upload(id) else { continue }
      if !upload.belongsTo.isSame(as: login) { task.cancel() }
    }
  }

  private func stopAll() async {
    let tasks = active.values
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
  }

  /// True when none of the targets can move without a person; nil when that was looked at less than
  /// a second ago: there may be thousands.
  private func isSettled() async throws -> Bool? {
    let now = context.timing.now()
    // The clock may have been set back.
    guard abs(now.timeIntervalSince(settledAt)) >= 1 else { return nil }
    settledAt = now
    for id in unsettled where active[id] == nil {
      guard let upload = try await context.store.upload(id) else {
        unsettled.remove(id)
        continue
      }
      guard active[id] == nil else { continue }
      if upload.state.isSettled || isLeft(upload, at: now) { unsettled.remove(id) }
    }
    return unsettled.isEmpty
  }

  /// True for a target that waits longer than anybody wants to wait for it here.
  private func isLeft(_ upload: Upload, at now: Date) -> Bool {
    guard let patience else { return false }
    let next = max(upload.nextAttemptAt ?? now, pausedUntil ?? now)
    return next.timeIntervalSince(now) > patience
  }

  /// Why a target cannot move under this login: waiting for it would never end.
  private func objection(to login: UploadOwner) async throws -> SyncError? {
    guard let id = unsettled.first, let upload = try await context.store.upload(id),
      upload.state != .stored
    else { return nil }
    return LoginNeed.owner(upload.belongsTo).objection(to: login)
  }
}

extension UploadState {
  /// True when only a person (or nobody) can move it on.
  var isSettled: Bool { isFinal || self == .held || self == .paused }
}
