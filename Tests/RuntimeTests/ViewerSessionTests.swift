import Domain
import Foundation
import Screen
import Synchronization
import Terminal
import Testing
import Workstation

@testable import Runtime

/// The session between interface and viewer: nothing waits, answers arrive, the cine keeps its beat.
@Suite(.interfaceThread) struct ViewerSessionTests {
  @Test @UIActor func requestsGoOutAndAnswersComeBack() async {
    let bench = Bench()
    let viewer = FakeViewer()
    bench.make(viewer: viewer, images: ["/media/cd"])
    bench.session.start()
    bench.session.allowDrawing()
    #expect(viewer.requests == [.open(.paths(["/media/cd"]), generation: 1)])
    // Keys are followed while the viewer says nothing.
    bench.press("?")
    bench.session.handle([.input(.key(Key(.escape)))])
    bench.session.draw()
    #expect(bench.screen.contains("Looking for images"))
    viewer.say(
      .failed(generation: 1, "The files of this study are no longer on this computer."))
    await bench.wait("the answer is on the screen") {
      bench.session.draw()
      return bench.screen.contains("no longer on this computer")
    }
    bench.session.quit(code: 0)
    await bench.wait("ends") { bench.ended > 0 }
  }

  @Test @UIActor func theCineTicksUntilItIsStopped() async {
    let bench = Bench()
    let viewer = FakeViewer()
    bench.make(viewer: viewer, images: ["/media/cd"])
    bench.session.start()
    viewer.say(.studies(generation: 1, [FakeViewer.study]))
    await bench.wait("a picture is asked for") { viewer.pictures.count == 1 }
    bench.press("c")
    await bench.wait("the stack moves by itself") { viewer.pictures.count > 3 }
    #expect(viewer.pictures[1].wish.position > viewer.pictures[0].wish.position)
    bench.press("c")
    let stopped = bench.session.state.viewer.tiles[0].position
    // Another round trip through the session: no tick comes with it.
    viewer.say(.studies(generation: 1, [FakeViewer.study]))
    let count = viewer.pictures.count
    await bench.wait("asked again") { viewer.pictures.count > count }
    #expect(bench.session.state.viewer.tiles[0].position == stopped)
    bench.session.quit(code: 0)
    await bench.wait("ends") { bench.ended > 0 }
  }

  @Test @UIActor func leavingGivesMemoryBack() async {
    let bench = Bench()
    let viewer = FakeViewer()
    bench.make(viewer: viewer, images: ["/media/cd"])
    bench.session.start()
    bench.press("2")
    #expect(viewer.requests.last == .close)
    bench.session.quit(code: 0)
    await bench.wait("ends") { bench.ended > 0 }
  }
}

/// A viewer that remembers what it was asked, and says what a test wants.
final class FakeViewer: ViewerService {
  static let study = ViewerStudy(
    summary: StudySummary(patientName: "DOE^Jane"),
    series: [ViewerSeries(images: (0..<100).map { ViewerImage(file: $0) })])

  let answers: AsyncStream<ViewerAnswer>
  private let continuation: AsyncStream<ViewerAnswer>.Continuation
  private let asked = Mutex<[ViewerRequest]>([])

  init() { (answers, continuation) = AsyncStream.makeStream() }

  var requests: [ViewerRequest] { asked.withLock { $0 } }
  var pictures: [PictureRequest] {
    requests.compactMap { if case .picture(let request) = $0 { request } else { nil } }
  }

  func send(_ request: ViewerRequest) { asked.withLock { $0.append(request) } }
  func say(_ answer: ViewerAnswer) { continuation.yield(answer) }
}
