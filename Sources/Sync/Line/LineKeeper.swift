import Foundation
import Synchronization

/// What is known of the line, shared by all that send.
final class LineKeeper: Sendable {
  /// What is to be done with the next request.
  struct Plan: Sendable, Equatable {
    var parallelism: Int
    /// Bytes of a request.
    var requestBytes: Int
    /// Seconds to wait for a request of at most ``LineController/largestPiece`` bytes.
    var deadline: Double
    /// Seconds after which such a request is late.
    var late: Double
    /// Bytes a second of one request; nil when not known.
    var rate: Double?
    var isLossy: Bool
    var losesRequests = false

    /// Bytes of a piece of a chunk; nil: the chunk goes whole.
    func pieceBytes(of length: Int, minimum: Int?) -> Int? {
      guard let minimum, requestBytes < length else { return nil }
      return max(minimum, min(requestBytes, LineController.largestPiece))
    }
  }

  private struct State {
    var controller: LineController
    var inFlight = 0
  }
  private let state: Mutex<State>
  private let fixed: Int?
  /// Seconds to wait for a small request before anything is known of the line.
  let firstPatience: Double
  private let begin = ContinuousClock.now

  /// - Parameter parallelism: requests at a time; nil: as many as the line rewards.
  init(parallelism: Int?, firstPatience: Double = 3) {
    self.firstPatience = firstPatience
    fixed = parallelism.map { max(1, $0) }
    state = Mutex(State(controller: LineController(parallelism: fixed ?? 4)))
  }

  var plan: Plan { state.withLock { plan($0.controller) } }

  private func plan(_ controller: LineController) -> Plan {
    Plan(
      parallelism: fixed ?? controller.parallelism, requestBytes: controller.requestBytes,
      deadline: controller.deadline, late: controller.late, rate: controller.rate,
      isLossy: controller.isLossy, losesRequests: controller.losesRequests)
  }

  /// Bytes of chunks for a session that is opened now.
  func chunkSize(maximum: Int) -> Int {
    state.withLock { $0.controller.chunkBytes(maximum: maximum) }
  }

  var isDead: Bool { state.withLock { $0.controller.isDead(now: now) } }

  /// Seconds of a clock that is not set.
  var now: Double { begin.duration(to: .now) / .seconds(1) }

  /// Runs a request that carries bytes of chunks and learns from it.
  /// - Parameter isMeasured: false when it was held back on purpose: its time tells nothing.
  /// - Returns: the answer, and the parallelism from now on.
  func measure<T: Sendable>(
    _ bytes: Int, isMeasured: Bool, _ request: () async throws -> T
  ) async throws -> T {
    let start = ContinuousClock.now
    state.withLock { $0.inFlight += 1 }
    do {
      let answer = try await request()
      end(bytes, since: start, isDelivered: true, isMeasured)
      return answer
    } catch {
      if (error as? LinkError)?.isLoss == true {
        end(bytes, since: start, isDelivered: false, isMeasured)
      } else {
        state.withLock { $0.inFlight -= 1 }
      }
      throw error
    }
  }

  private func end(
    _ bytes: Int, since start: ContinuousClock.Instant, isDelivered: Bool, _ isMeasured: Bool
  ) {
    let seconds = start.duration(to: .now) / .seconds(1)
    state.withLock { state in
      let isBusy = state.inFlight >= state.controller.parallelism
      state.inFlight -= 1
      guard isMeasured else { return }
      state.controller.record(
        .init(bytes: bytes, seconds: seconds, isDelivered: isDelivered, now: now),
        isBusy: isBusy)
    }
  }
}
