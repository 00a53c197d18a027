import Domain
import Foundation
import Screen
import Synchronization
import Terminal
import Testing
import Workstation

@testable import Runtime

@Suite(.interfaceThread) struct SessionTests {
  @Test @UIActor func keysNeverWaitForWork() async {
    let bench = Bench()
    bench.make()
    // Every read and every change hangs.
    let gates = ["uploads", "reports", "cases", "dashboard", "settings", "action"].map {
      bench.data.hold($0)
    }
    bench.session.start()
    bench.session.allowDrawing()
    await bench.wait("frame is loaded") { bench.session.state.frame.user != nil }
    for (key, pane) in [("1", PaneID.cases), ("3", .reports), ("4", .dashboard), ("2", .uploads)] {
      let before = bench.device.frames.count
      bench.press(key)
      // At once, in the same turn.
      #expect(bench.session.state.pane == pane)
      #expect(bench.device.frames.count == before + 1)
    }
    for gate in gates { gate.open() }
    bench.session.quit(code: 0)
    await bench.wait("ends") { bench.ended > 0 }
  }

  @Test @UIActor func lateAnswersAreDropped() async {
    let bench = Bench()
    bench.make()
    bench.session.start()
    let slow = bench.data.hold("dashboard")
    bench.session.perform([.load(.dashboard(.oneWeek))])
    await bench.wait("first load runs") { bench.loads("dashboard") == 1 }
    bench.data.release("dashboard")
    bench.session.perform([.load(.dashboard(.all))])
    await bench.wait("second load is answered") {
      bench.loads("dashboard") == 2 && bench.session.loads["dashboard"] == nil
    }
    let state = bench.session.state
    slow.open()
    await bench.wait("first load knows") { bench.data.snapshot.cancelled.contains("dashboard") }
    for _ in 0..<20 { await Task.yield() }
    #expect(bench.session.state.dashboard == state.dashboard)
  }

  @Test @UIActor func sameRowsAskedForWhileReadingAreReadOnceMore() async {
    let bench = Bench()
    bench.make()
    bench.session.start()
    let gate = bench.data.hold("dashboard")
    for _ in 0..<50 { bench.session.perform([.load(.dashboard(.oneWeek))]) }
    await bench.wait("load runs") { bench.loads("dashboard") == 1 }
    gate.open()
    await bench.wait("load is repeated") {
      bench.loads("dashboard") == 2 && bench.session.loads["dashboard"] == nil
    }
    #expect(bench.data.snapshot.cancelled == [])
  }

  @Test @UIActor func firstPictureHasTheStoresRows() async {
    let bench = Bench()
    bench.make()
    let gate = bench.data.hold("uploads")
    bench.session.start()
    bench.session.draw()
    #expect(bench.device.frames.isEmpty)
    gate.open()
    await bench.wait("store answers") {
      bench.session.draw()
      return !bench.device.frames.isEmpty
    }
    #expect(bench.screen.contains("tester"))
    // Nothing happened: nothing is drawn.
    let count = bench.device.frames.count
    bench.session.draw()
    #expect(bench.device.frames.count == count)
  }

  /// The engine takes processors and the store: the first picture has them before.
  @Test @UIActor func engineBeginsAfterTheFirstPicture() async {
    let bench = Bench()
    bench.make()
    let gate = bench.data.hold("uploads")
    bench.session.start()
    await bench.wait("the frame is read") { bench.session.state.frame.user != nil }
    // Late: a picture without rows, and still no engine.
    bench.session.allowDrawing()
    bench.session.draw()
    #expect(bench.device.frames.count == 1)
    #expect(!bench.session.hasEngine)
    gate.open()
    await bench.wait("the engine runs") {
      bench.session.draw()
      return bench.session.hasEngine
    }
    #expect(bench.device.frames.count > 1)
  }

  @Test @UIActor func scansAreCancelled() async {
    let bench = Bench()
    bench.make()
    bench.session.start()
    bench.session.perform([.scan(roots: ["/a"])])
    bench.session.perform([.scan(roots: ["/b"])])
    await bench.wait("the first scan is dropped") { bench.files.scansEnded.withLock { $0 } == 1 }
    bench.session.perform([.cancelScan])
    await bench.wait("the second scan is dropped") { bench.files.scansEnded.withLock { $0 } == 2 }
  }

  @Test @UIActor func changesHappenInOrderAndAreWaitedForAtTheEnd() async {
    let bench = Bench()
    bench.make()
    bench.session.start()
    await bench.wait("the engine runs") {
      bench.session.draw()
      return bench.session.hasEngine
    }
    let gate = bench.data.hold("action")
    let actions: [Action] = [
      .pause(UploadID("a")), .resume(UploadID("a")), .cancel(UploadID("a")),
    ]
    bench.session.perform(actions.map { .perform($0) })
    await bench.wait("the first begins") { bench.data.snapshot.actions.count == 1 }
    bench.session.quit(code: 0)
    // The terminal is given back at once, the program ends when all is written.
    #expect(bench.device.log.contains("stop"))
    #expect(bench.ended == 0)
    gate.open()
    await bench.wait("ends") { bench.ended > 0 }
    #expect(bench.data.snapshot.finished == actions)
    #expect(bench.sync.engineEnded.withLock { $0 })
  }

  @Test @UIActor func secondQuitDoesNotWait() async {
    let bench = Bench()
    bench.make()
    bench.session.start()
    let gate = bench.data.hold("action")
    bench.session.perform([.perform(.pause(UploadID("a")))])
    bench.session.handle([.signal(.terminate)])
    #expect(bench.ended == 0)
    bench.session.handle([.signal(.terminate)])
    #expect(bench.ended == 1)
    #expect(bench.session.exitCode == 143)
    gate.open()
  }

  @Test @UIActor func failuresAreSaidInWords() async {
    let bench = Bench()
    bench.make()
    bench.session.start()
    bench.session.allowDrawing()
    bench.data.fail("No room on the disk.")
    bench.session.perform([.perform(.pause(UploadID("a")))])
    await bench.wait("words") {
      bench.session.draw()
      return bench.screen.contains("No room on the disk.")
    }
  }

  @Test @UIActor func storeChangesAndNewsArrive() async {
    let bench = Bench()
    bench.make()
    bench.session.start()
    await bench.wait("first load") { bench.loads("frame") == 1 }
    bench.data.change.yield([.reports])
    await bench.wait("loads again") { bench.loads("frame") == 2 }
    let online = Connection.online(since: Date(timeIntervalSince1970: 0))
    bench.sync.news.yield(.connection(online))
    await bench.wait("online") { bench.session.state.connection == online }
  }

  @Test @UIActor func loginAnswersBothWays() async {
    let bench = Bench()
    bench.make()
    bench.session.start()
    bench.session.allowDrawing()
    bench.sync.loginGate.open()
    bench.session.perform([.login(server: "s", username: "u", password: "wrong")])
    await bench.wait("refused") {
      bench.session.draw()
      return bench.screen.contains("Wrong password.")
    }
    bench.session.perform([.login(server: "s", username: "u", password: "right")])
    await bench.wait("accepted") {
      bench.session.draw()
      return bench.screen.contains("Logged in as tester")
    }
  }

  @Test @UIActor func loginAsksForTheCode() async {
    let bench = Bench()
    bench.make()
    bench.session.start()
    bench.session.allowDrawing()
    bench.press("L")
    bench.sync.loginGate.open()
    func login(_ code: String?) {
      bench.session.perform([
        .login(server: "s", username: "u", password: "right and a code", code: code)
      ])
    }
    for (code, words) in [
      (nil, "Type the code that your authenticator shows."), ("000000", "The code is wrong"),
      ("123456", "Logged in as tester"),
    ] as [(String?, String)] {
      login(code)
      await bench.wait("\(words)") {
        bench.session.draw()
        return bench.screen.contains(words)
      }
    }
  }

  @Test @UIActor func reportsAreSavedWithoutPatientData() async throws {
    let home = NSTemporaryDirectory() + "runtime-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: home) }
    let bench = Bench()
    bench.make(environment: ["RADRELAY_HOME": home], home: home)
    bench.session.start()
    bench.session.perform([.savePDF(ReportID("../../r 1"))])
    let path = home + "/reports/report-______r_1.pdf"
    await bench.wait("is there") { FileManager.default.fileExists(atPath: path) }
  }

  @Test @UIActor func receiptsGoWhereReportsGo() async throws {
    let bench = Bench()
    bench.make(environment: ["RADRELAY_HOME": "/home/r"], home: "/home/r")
    bench.session.start()
    bench.session.allowDrawing()
    bench.session.perform([.saveReceipt(UploadID("u-1"))])
    await bench.wait("is said") {
      bench.session.draw()
      return bench.screen.contains(
        "Saved /home/r/reports/receipt of u-1 by RadRelay 1.pdf, and .json")
    }
  }
}
