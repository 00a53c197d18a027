import Domain
import Foundation
import Logging
public import ServiceLifecycle
import Synchronization

/// Takes stored studies to the archive and proves that they arrived. What it knows is in the
/// catalogue alone, so it may die at any moment; every step may be repeated.
public struct ForwardQueue: Service {
  let catalogue: any UploadCatalogue & ChunkCatalogue & CustodyCatalogue
  let blobs: any BlobStore
  let destinations: Destinations
  let configuration: GatewayConfiguration
  let metrics: GatewayMetrics
  let logger: Logger
  let signal: Signal
  private let slots = DeliverySlots()

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        while !Task.isCancelled {
          let (started, pause) = await next()
          for id in started {
            group.addTask {
              await deliver(id)
              slots.leave(id)
              signal.raise()
            }
          }
          await signal.wait(atMost: pause)
        }
      }
    }
  }

  /// Forwards what is due, once; for tests.
  /// - Returns: seconds until something may be due again.
  func turn() async -> TimeInterval {
    let (started, pause) = await next()
    await withTaskGroup(of: Void.self) { group in
      for id in started {
        group.addTask {
          await deliver(id)
          slots.leave(id)
        }
      }
    }
    return started.isEmpty ? pause : 0
  }

  /// Gives free slots to the most urgent studies that are due.
  private func next() async -> (started: [UploadID], pause: TimeInterval) {
    let now = configuration.now()
    if let until = destinations.pause(now: now) { return ([], until.timeIntervalSince(now)) }
    do {
      var started: [UploadID] = []
      for id in try await catalogue.due(now: now, limit: 50) {
        guard let upload = try await catalogue.upload(id) else { continue }
        if let until = destinations[upload.facility].breaker.pause(now: now) {
          // Out of the way of those that go elsewhere.
          try await catalogue.conclude(
            upload.id, state: upload.state, reason: upload.reason, nextAttemptAt: until, now: now,
            audit: nil)
          continue
        }
        if slots.enter(id, isUrgent: upload.serviceLevel.needsClinicalHistory) {
          started.append(id)
        }
      }
      metrics.set("relay_pacs_queue_depth", Double(try await catalogue.queueDepth()))
      // What is due and has no slot starts when one becomes free, which raises the signal.
      let wait = try await catalogue.nextAttempt(after: now)?.timeIntervalSince(now)
      return (started, min(60, max(0.05, wait ?? 60)))
    } catch is CancellationError {
      return ([], 1)
    } catch {
      logger.error("the forward queue cannot read the catalogue", metadata: ["error": "\(error)"])
      return ([], 5)
    }
  }

  private func deliver(_ id: UploadID) async {
    do {
      guard let upload = try await catalogue.upload(id) else { return }
      let destination = destinations[upload.facility]
      let breaker = destination.breaker
      let delivery = Delivery(
        upload: upload, catalogue: catalogue, blobs: blobs, archive: destination.archive,
        configuration: configuration)
      let outcome: Delivery.Outcome
      do {
        outcome = try await delivery.attempt()
        breaker.succeeded()
        metrics.set("pacs_connectivity", destinations.areAllReached ? 1 : 0)
      } catch let error as ArchiveError {
        breaker.failed(now: configuration.now())
        metrics.set("pacs_connectivity", 0)
        outcome = .later(
          try await delivery.standing(), "the PACS cannot be used: \(error.words)")
      }
      try await conclude(upload, outcome)
    } catch is CancellationError {
      // The gateway stops. The study is still due and goes on at the next start.
    } catch {
      // Nothing was lost: the next attempt begins where the catalogue stands.
      logger.error(
        "a delivery was interrupted",
        metadata: ["upload": "\(id)", "error": "\(error)"])
      await postpone(id)
    }
  }

  private func conclude(_ upload: UploadRecord, _ outcome: Delivery.Outcome) async throws {
    let now = configuration.now()
    switch outcome {
    case .later(let state, let reason):
      let wait = min(
        configuration.maximumRetry,
        configuration.firstRetry * pow(2, Double(min(16, upload.attempts))))
      let jittered = wait * Double.random(in: 0.8...1.2)
      try await catalogue.conclude(
        upload.id, state: state, reason: reason,
        nextAttemptAt: now.addingTimeInterval(jittered), now: now,
        audit: Self.event(upload.id, state, now))
    case .end(let state, let reason):
      metrics.add(
        "relay_uploads_total",
        "status=\"\(state.rawValue)\",service_level=\"\(upload.serviceLevel.rawValue)\"")
      try await catalogue.conclude(
        upload.id, state: state, reason: reason, nextAttemptAt: nil, now: now,
        audit: Self.event(upload.id, state, now))
    }
  }

  /// What a state of the whole is in the audit log; nil while it is on its way.
  private static func event(_ upload: UploadID, _ state: CustodyState, _ now: Date) -> AuditEvent? {
    let action: AuditAction
    switch state {
    case .verified: action = .verify
    case .committed: action = .commit
    case .failed: action = .failDelivery
    case .receiving, .stored, .forwarding, .cancelled: return nil
    }
    return AuditEvent(
      at: now, actor: AuditEvent.gateway, action, entity: "upload", upload.rawValue,
      result: state == .failed ? .failed : .ok)
  }

  private func postpone(_ id: UploadID) async {
    let now = configuration.now()
    guard let upload = try? await catalogue.upload(id) else { return }
    try? await catalogue.conclude(
      id, state: upload.state == .verified ? .verified : .forwarding,
      reason: "the delivery was interrupted and will be repeated",
      nextAttemptAt: now.addingTimeInterval(configuration.firstRetry), now: now, audit: nil)
  }
}

/// Wakes a sleeping loop; several calls before it wakes count as one.
final class Signal: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() {
    (stream, continuation) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  func raise() { continuation.yield() }

  /// Until the next ``raise()``, the time is over, or the task is cancelled. One waiter only.
  func wait(atMost seconds: TimeInterval) async {
    guard seconds > 0 else { return }
    let timer = Task {
      try? await Task.sleep(for: .seconds(seconds))
      if !Task.isCancelled { continuation.yield() }
    }
    defer { timer.cancel() }
    for await _ in stream { return }
  }
}
