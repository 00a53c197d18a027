import Domain
import Foundation
import Imaging
import Screen
import Testing

@testable import Workstation

/// What a person does with images, key by key.
@Suite struct ViewerStoryTests {
  let samples = ViewerSamples()

  @Test func imagesOfAnUpload() {
    var stage = Stage.showing(.uploads, UploadSamples.store)
    let id = stage.state.uploads.list.selectedRow?.id
    stage.press("v")
    #expect(stage.state.pane == .viewer)
    #expect(
      stage.effects.contains(.viewer(.open(.upload(id ?? UploadID("")), generation: 1))))
    stage.serve(samples)
    #expect(stage.text.contains("PATEL, Anita · ID 83-2201 · 1961-04-02 F · acc N-55120"))
    #expect(stage.text.contains("NOT FOR DIAGNOSTIC USE"))
    #expect(stage.text.contains("21 Nov 2026"))
    #expect(stage.text.contains("series 1/3   image 1/38   W 80 L 40   zoom 1   1 cell ="))
    stage.press("Esc")
    #expect(stage.state.pane == .uploads)
  }

  @Test func scrolling() {
    var stage = Stage.viewing(samples)
    stage.press("↓", "j", "PgDn", viewing: samples)
    #expect(stage.viewer.tile.position == 12)
    #expect(stage.text.contains("image 13/38"))
    stage.press("End", viewing: samples)
    #expect(stage.text.contains("image 38/38"))
    stage.press("↓", "Home", "↑", viewing: samples)
    #expect(stage.text.contains("image 1/38"))
    stage.mouse(.wheelDown, 40, 10)
    stage.serve(samples)
    #expect(stage.text.contains("image 2/38"))
    stage.press("→", viewing: samples)
    #expect(stage.text.contains("series 2/3   image 1/38"))
  }

  /// Text and picture always agree: what is said is said of the picture that is shown.
  @Test func theNumbersAreThoseOfThePicture() {
    var stage = Stage.viewing(samples)
    stage.press("↓")
    #expect(stage.text.contains("image 1/38"))
    // After a moment a person is told what is waited for.
    stage.send(.timer(.selectionRested))
    #expect(stage.text.contains("image 1→2/38"))
    stage.press("3")
    #expect(stage.text.contains("W 80 L 40"))
    stage.serve(samples)
    #expect(stage.text.contains("image 2/38   W 1500 L 300"))
  }

  @Test func staleAnswersAreDropped() throws {
    var stage = Stage.viewing(samples)
    stage.press("↓")
    let first = try #require(stage.pictureRequests.first)
    stage.press("↓")
    let second = try #require(stage.pictureRequests.first)
    stage.send(.viewer(samples.picture(second)))
    stage.send(.viewer(samples.picture(first)))
    #expect(stage.viewer.tile.picture?.wish.position == 2)
    // One of a series that was left meanwhile.
    stage.press("→")
    stage.send(.viewer(samples.picture(second)))
    #expect(stage.viewer.tile.picture == nil)
    // One of a study that was open before.
    let other = stage.pictureRequests.first ?? second
    stage.effects = stage.state.send(.viewer, .reveal(.images(.paths(["/other"]))))
    stage.send(.viewer(samples.picture(other)))
    stage.send(.viewer(.studies(generation: 1, samples.studies)))
    #expect(stage.viewer.studies == nil)
    #expect(stage.text.contains("Looking for images"))
  }

  @Test func windowByKeysAndMouse() {
    var stage = Stage.viewing(samples)
    stage.press("1", viewing: samples)
    #expect(stage.text.contains("W 1500 L -600"))
    stage.press("0", "w", viewing: samples)
    #expect(stage.text.contains("W 88 L 40"))
    stage.press("W", "l", "L", "l", viewing: samples)
    #expect(stage.text.contains("W 80 L 44"))
    stage.mouse(.press, 30, 10)
    stage.mouse(.drag, 34, 8)
    stage.serve(samples)
    // Four cells to the right widen, two up make it brighter.
    #expect(stage.text.contains("W 90 L 39"))
    stage.mouse(.release, 34, 8)
    stage.mouse(.drag, 10, 8)
    #expect(stage.viewer.tile.window == .window(GrayWindow(center: 39, width: 90)))
    stage.press("i", viewing: samples)
    #expect(stage.text.contains("inverted"))
    stage.press("r", viewing: samples)
    #expect(stage.text.contains("W 80 L 40") && !stage.text.contains("inverted"))
  }

  @Test func sizeAndPlace() throws {
    var stage = Stage.viewing(samples)
    stage.press("+", "+", viewing: samples)
    #expect(stage.text.contains("zoom 1.56"))
    stage.press("Shift-→", viewing: samples)
    let moved = try #require(stage.viewer.tile.transform.center)
    #expect(moved.x < 32)
    stage.press("p", "←", "←", viewing: samples)
    #expect(try #require(stage.viewer.tile.transform.center).x > moved.x)
    #expect(stage.viewer.tile.position == 0)
    stage.press("Esc", "↓", "f", viewing: samples)
    #expect(stage.viewer.tile.position == 1)
    #expect(stage.text.contains("zoom 1 "))
    stage.mouse(.wheelUp, 50, 10, .none, .control)
    stage.serve(samples)
    #expect(stage.text.contains("zoom 1.25"))
  }

  @Test func orientationLettersTurnWithTheImage() throws {
    var stage = Stage.viewing(samples)
    let place = ViewerLayout(
      stage.viewer, FrameLayout(size: stage.state.size).pane, .standard
    ).tiles[0].picture
    func edges() -> [String] {
      let buffer = stage.draw()
      let x = place.x + place.width / 2
      let y = place.y + place.height / 2
      return [
        buffer[x, place.y].text, buffer[place.maxX - 1, y].text, buffer[x, place.maxY - 1].text,
        buffer[place.x, y].text,
      ]
    }
    // Top, right, bottom, left.
    #expect(edges() == ["A", "L", "P", "R"])
    stage.press("t", viewing: samples)
    #expect(edges() == ["R", "A", "L", "P"])
    stage.press("r", "h", viewing: samples)
    #expect(edges() == ["A", "R", "P", "L"])
    stage.press("r", "v", viewing: samples)
    #expect(edges() == ["P", "L", "A", "R"])
    // Nothing is invented.
    var other = samples
    other.facts = { ViewerSamples.facts(series: $0, position: $1, oriented: false) }
    stage = Stage.viewing(other)
    #expect(edges().allSatisfy { !["A", "L", "P", "R", "H", "F"].contains($0) })
  }

  @Test func aBrokenImageHasItsPlace() {
    var damaged = samples
    damaged.broken = [1]
    var stage = Stage.viewing(damaged)
    stage.press("↓", viewing: damaged)
    #expect(stage.text.contains("Image 2 cannot be shown"))
    #expect(stage.text.contains("/media/usb/IM00007"))
    #expect(stage.text.contains("PATEL, Anita"))
    stage.press("↓", viewing: damaged)
    #expect(stage.text.contains("image 3/38   W 80"))
  }

  @Test func cineRunsAndEnds() {
    var stage = Stage.viewing(samples)
    stage.press("c")
    #expect(stage.effects.contains(.viewer(.cine(framesPerSecond: 15))))
    stage.send(.viewer(.tick(steps: 3)))
    stage.serve(samples)
    #expect(stage.text.contains("image 4/38") && stage.text.contains("cine 15/s"))
    stage.press(">")
    #expect(stage.effects.contains(.viewer(.cine(framesPerSecond: 20))))
    stage.send(.viewer(.tick(steps: 36)))
    stage.serve(samples)
    #expect(stage.text.contains("image 2/38"))
    stage.press("F2")
    stage.send(.viewer(.tick(steps: 1)))
    #expect(stage.effects == [.viewer(.cine(framesPerSecond: nil))])
    stage.send(.viewer(.tick(steps: 1)))
    #expect(stage.effects.isEmpty)
  }

  @Test func filesThatAreGone() {
    var stage = Stage.viewing(samples)
    stage.effects = stage.state.send(.viewer, .reveal(.images(.upload(UploadID("x")))))
    stage.send(
      .viewer(.failed(generation: 2, "The files of this study are no longer on this computer.")))
    #expect(stage.text.contains("There is nothing to show"))
    #expect(stage.text.contains("no longer on this computer"))
    #expect(!stage.text.contains("PATEL"))
  }

  @Test func startedToShowImages() {
    var stage = Stage(user: nil)
    stage.state = AppState(
      size: Size(width: 80, height: 24), now: Stage.now, calendar: Stage.utc,
      capabilities: ScreenCapabilities(depth: .palette256))
    stage.effects = stage.state.start(images: ["/media/cd"])
    stage.serve(samples)
    stage.send(.loaded(.frame(FrameInfo())))
    #expect(stage.text.contains("PATEL, Anita"))
    #expect(stage.state.layers.isEmpty)
    stage.press("q")
    #expect(stage.effects == [.quit])
  }
}

extension Stage {
  /// The pictures that the last message asked for.
  var pictureRequests: [PictureRequest] {
    effects.compactMap {
      if case .viewer(.picture(let request)) = $0 { request } else { nil }
    }
  }
}
