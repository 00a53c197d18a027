import Foundation
import Synchronization
import TestSupport

/// Kills a program of a workplace at a random moment: by the clock, within the time that it takes
/// when nobody kills it, or at a random byte that it sends.
struct KillPace {
  /// How a run ended.
  enum End {
    case byItself
    case killed(CountingRelay.OnTheWay)
  }

  /// In microseconds; grows with each end that came before the kill, and shrinks to it.
  private var length = 300_000.0

  /// Kills it by the clock.
  /// - Parameter relay: what the kernel still holds of the dead process does not get through.
  mutating func run(
    _ arguments: [String], _ workplace: ClientWorkplace, _ relay: CountingRelay,
    _ random: inout SeededRandom
  ) async throws -> End {
    let begin = ContinuousClock.now
    let child = try await workplace.start(arguments)
    try await Task.sleep(for: .microseconds(Int.random(in: 0...Int(length * 1.1), using: &random)))
    child.send(9)
    let onTheWay = relay.cut()
    guard try await child.exit() == 128 + 9 else {
      let took = begin.duration(to: .now) / .microseconds(1)
      length = max(20_000, length * 0.8 + min(took, 2_000_000) * 0.2)
      return .byItself
    }
    // Whoever never gets to the end needs more time.
    length = min(2_000_000, length * 1.04)
    return .killed(onTheWay)
  }

  /// Kills it when so many bytes more have gone out.
  static func run(
    _ arguments: [String], _ workplace: ClientWorkplace, _ relay: CountingRelay,
    after bytes: Int64
  ) async throws -> End {
    let child = try await workplace.start(arguments)
    let seen = Mutex(CountingRelay.OnTheWay?.none)
    relay.after(bytes) {
      child.send(9)
      let onTheWay = relay.cut()
      seen.withLock { $0 = onTheWay }
    }
    let status = try await child.exit()
    relay.forgetAction()
    guard status == 128 + 9 else { return .byItself }
    return .killed(try await Wait.value("the end of the kill") { seen.withLock { $0 } })
  }
}

/// How much of a soak is to be run: all, or what the environment says.
enum SoakCount {
  static func of(_ name: String, _ all: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? all
  }
}
