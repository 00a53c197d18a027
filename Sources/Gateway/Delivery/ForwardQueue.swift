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
  let archive: any Archive
  let configuration: GatewayConfiguration
  let breaker: CircuitBreaker
  let metrics: GatewayMetrics
  let logger: Logger
  let signal: Signal
  /// Studies at once.
  let width = 2

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        let pause = await turn()
        await signal.wait(atMost: pause)
      }
    }
  }

  /// Forwards what is due.
  /// - Returns: seconds until something may be due again.
  func turn() async -> TimeInterval {
    let now = configuration.now()
    if let until = breaker.pause(now: now) { return until.timeIntervalSince(now) }
    do {
      let due = try await catalogue.due(now: now, limit: width)
      metrics.set("relay_pacs_queue_depth", Double(try await catalogue.queueDepth()))
      guard !due.isEmpty else {
        let next = try await catalogue.nextAttempt()
        return min(60, max(0.05, next?.timeIntervalSince(configuration.now()) ?? 60))
      }
      await withTaskGroup(of: Void.self) { group in
        for id in due { group.addTask { await deliver(id) } }
      }
      return 0
    } catch {
      logger.error("the forward queue cannot read the catalogue", metadata: ["error": "\(error)"])
      return 5
    }
  }

  private func deliver(_ id: UploadID) async {
    do {
      guard let upload = try await catalogue.upload(id) else { return }
      let delivery = Delivery(
        upload: upload, catalogue: catalogue, blobs: blobs, archive: archive,
        configuration: configuration)
      let outcome: Delivery.Outcome
      do {
        outcome = try await delivery.attempt()
        breaker.succeeded()
        metrics.set("pacs_connectivity", 1)
      } catch let error as ArchiveError {
        breaker.failed(now: configuration.now())
        metrics.set("pacs_connectivity", 0)
        outcome = .later("the PACS cannot be used: \(error.words)")
      }
      try await conclude(upload, outcome)
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
    case .later(let reason):
      let wait = min(
        configuration.maximumRetry,
        configuration.firstRetry * pow(2, Double(min(16, upload.attempts))))
      let jittered = wait * Double.random(in: 0.8...1.2)
      try await catalogue.conclude(
        upload.id, state: .forwarding, reason: reason,
        nextAttemptAt: now.addingTimeInterval(jittered), now: now)
    case .end(let state, let reason):
      metrics.add(
        "relay_uploads_total",
        "status=\"\(state.rawValue)\",service_level=\"\(upload.serviceLevel.rawValue)\"")
      try await catalogue.conclude(
        upload.id, state: state, reason: reason, nextAttemptAt: nil, now: now)
    }
  }

  private func postpone(_ id: UploadID) async {
    let now = configuration.now()
    try? await catalogue.conclude(
      id, state: .forwarding, reason: "the delivery was interrupted and will be repeated",
      nextAttemptAt: now.addingTimeInterval(configuration.firstRetry), now: now)
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
