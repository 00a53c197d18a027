import Domain
import Foundation
import Synchronization
import Terminal
import Testing
import Workstation

@testable import Runtime

/// The store opens while the screen is already there.
@Suite(.interfaceThread) struct OpeningTests {
  /// Blocks its thread, as a store that another process has locked does.
  private final class Lock: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    func wait() { semaphore.wait() }
    func open() { semaphore.signal() }
  }

  @Test @UIActor func screenAndKeysDoNotWaitForTheStore() async {
    let bench = Bench()
    let lock = Lock()
    let opened = RuntimeServices(data: bench.data, sync: bench.sync, files: bench.files)
    let opening = Opening {
      lock.wait()
      return opened
    }
    bench.make(services: opening.services)
    bench.session.start()
    bench.session.allowDrawing()
    bench.session.draw()
    #expect(bench.screen.contains("Uploads"))
    bench.press("3")
    #expect(bench.session.state.pane == .reports)
    #expect(bench.data.snapshot.loads.isEmpty)
    lock.open()
    await bench.wait("the rows are read") {
      bench.session.draw()
      return bench.loads("reports") == 1 && bench.screen.contains("tester")
    }
    bench.data.change.yield([.reports])
    await bench.wait("changes arrive") { bench.loads("reports") == 2 }
    let online = Connection.online(since: Date(timeIntervalSince1970: 0))
    bench.sync.news.yield(.connection(online))
    await bench.wait("news arrive") { bench.session.state.connection == online }
    bench.session.quit(code: 0)
    await bench.wait("ends") { bench.ended > 0 }
  }

  @Test @UIActor func failureEndsTheSessionWithItsReason() async {
    let bench = Bench()
    let opening = Opening { throw Refusal(description: "The store is damaged.") }
    bench.make(services: opening.services)
    bench.session.start()
    bench.session.allowDrawing()
    do {
      _ = try await opening.result()
      Issue.record("opened")
    } catch {
      bench.session.end(with: error)
    }
    #expect(bench.device.log.contains("stop"))
    await bench.wait("ends") { bench.ended > 0 }
    #expect(bench.session.exitCode == 1)
    #expect((bench.session.failure as? Refusal)?.description == "The store is damaged.")
  }

  @Test func everybodyWhoWaitsGetsTheServices() async throws {
    let lock = Lock()
    let stops = Mutex(0)
    let opening = Opening {
      lock.wait()
      return RuntimeServices(
        data: FakeData(), sync: FakeSync(), stop: { stops.withLock { $0 += 1 } })
    }
    async let first: Void = opening.services.stop()
    async let second: Void = opening.services.stop()
    lock.open()
    _ = await (first, second)
    await opening.services.stop()
    #expect(stops.withLock { $0 } == 3)
  }
}
