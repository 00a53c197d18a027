import Synchronization
import Testing

@testable import Sync

/// Small requests that may be repeated, on a line that loses some.
@Suite("Copies of small requests", .timeLimit(.minutes(1)))
struct CopyTests {
  /// Counts the requests that began, and those that were given up.
  private final class Desk: Sendable {
    private let counts = Mutex((begun: 0, cancelled: 0))
    var begun: Int { counts.withLock { $0.begun } }
    var cancelled: Int { counts.withLock { $0.cancelled } }
    func begin() -> Int {
      counts.withLock {
        $0.begun += 1
        return $0.begun
      }
    }
    /// Never answers.
    func hang() async throws {
      do { try await Task.sleep(for: .seconds(3_600)) } catch {
        counts.withLock { $0.cancelled += 1 }
        throw error
      }
    }
  }

  @Test func theFirstAnswerCountsAndTheRestIsGivenUp() async throws {
    let desk = Desk()
    let line = LineKeeper(parallelism: nil, firstPatience: 0.01)
    let answer = try await line.withCopies {
      let number = desk.begin()
      if number == 1 { try await desk.hang() }
      return number
    }
    #expect(answer == 2)
    #expect(desk.begun == 2 && desk.cancelled == 1)
  }

  @Test func aGatewayThatIsMerelySlowIsAskedTwice() async throws {
    let desk = Desk()
    let line = LineKeeper(parallelism: nil, firstPatience: 0.001)
    let asking = Task {
      try await line.withCopies {
        _ = desk.begin()
        try await desk.hang()
      }
    }
    while desk.begun < 2 { try await Task.sleep(for: .milliseconds(1)) }
    // Many times what it is waited before a copy.
    try await Task.sleep(for: .milliseconds(50))
    #expect(desk.begun == 2)
    asking.cancel()
    await #expect(throws: CancellationError.self) { try await asking.value }
    #expect(desk.cancelled == 2)
  }

  @Test func anAnswerThatIsNoIsAnAnswer() async throws {
    let desk = Desk()
    let line = LineKeeper(parallelism: nil, firstPatience: 0.01)
    await #expect(throws: LinkError.notFound("session")) {
      try await line.withCopies {
        if desk.begin() == 1 { try await desk.hang() }
        throw LinkError.notFound("session")
      }
    }
    #expect(desk.cancelled == 1)
  }

  /// One that got lost ends nothing while another is on its way.
  @Test func aLossIsNoEndWhileACopyIsOnItsWay() async throws {
    let desk = Desk()
    let line = LineKeeper(parallelism: nil, firstPatience: 0.01)
    let answer = try await line.withCopies {
      let number = desk.begin()
      while desk.begun < 2 { try await Task.sleep(for: .milliseconds(1)) }
      if number == 1 { throw LinkError.timedOut }
      try await Task.sleep(for: .milliseconds(20))
      return number
    }
    #expect(answer == 2)
    await #expect(throws: LinkError.timedOut) {
      try await LineKeeper(parallelism: nil).withCopies { throw LinkError.timedOut }
    }
  }
}
