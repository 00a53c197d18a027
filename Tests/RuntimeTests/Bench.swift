import Domain
import Foundation
import Screen
import Store
import Terminal
import Testing
import Workstation

@testable import Runtime

/// A session on fakes, with what a test asks of it.
@UIActor
final class Bench {
  let data = FakeData()
  let sync = FakeSync()
  let files = FakeFiles()
  let device = FakeDevice()
  var session: Session!
  var ended = 0

  nonisolated init() {}

  /// - Parameter services: the fakes unless given.
  func make(
    environment: [String: String] = [:], home: String = "/nonexistent",
    services: RuntimeServices? = nil, viewer: any ViewerService = FakeViewer(),
    images: [String] = []
  ) {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    var options = RuntimeOptions(
      home: Home(folder: home), version: "1", environment: environment, calendar: calendar,
      patience: .seconds(30))
    options.firstPictureDelay = .seconds(30)
    options.images = images
    let state = AppState(
      size: Size(width: 80, height: 24), now: .now, calendar: calendar,
      capabilities: ScreenCapabilities(depth: .palette256))
    session = Session(
      state: state,
      services: services
        ?? RuntimeServices(data: data, sync: sync, files: files, viewer: viewer),
      options: options, device: device, end: { [weak self] in self?.ended += 1 })
  }

  func press(_ text: String) {
    for character in text {
      session.handle([.input(.key(character == "\n" ? Key(.enter) : .character(character)))])
    }
    session.draw()
  }

  /// Waits until the condition holds; records an issue when it does not within ten seconds.
  func wait(
    _ what: Comment, location: SourceLocation = #_sourceLocation, _ condition: () -> Bool
  ) async {
    let end = ContinuousClock.now + .seconds(120)
    while !condition() {
      if ContinuousClock.now > end {
        Issue.record(what, sourceLocation: location)
        return
      }
      try? await Task.sleep(for: .milliseconds(2))
    }
  }

  /// The last picture as text.
  var screen: String {
    guard let frame = device.frames.last else { return "" }
    return (0..<frame.size.height).map { y in frame.row(y).map(\.text).joined() }
      .joined(separator: "\n")
  }

  func loads(_ kind: String) -> Int { data.snapshot.loads.filter { $0.kind == kind }.count }
}
