import Screen
import Testing

@testable import Workstation

/// The viewer as it looks, at the three sizes.
@Suite struct ViewerScreenTests {
  let samples = ViewerSamples()

  @Test(arguments: [(80, 24), (40, 20), (200, 60)]) func oneImage(_ width: Int, _ height: Int) {
    let stage = Stage.viewing(samples, width, height)
    GoldenScreen.expect(stage.draw(), "viewer-\(width)x\(height)")
    for part in ["PATEL, Anita", "83-2201", "1961-04-02 F", "N-55120", "21 Nov 2026"] {
      #expect(stage.text.contains(part), "\(part) at \(width)x\(height)")
    }
    for part in ["NOT FOR DIAGNOSTIC USE", "1/3", "1/38", "W 80 L 40", "zoom 1", "1 cell ="] {
      #expect(stage.text.contains(part), "\(part) at \(width)x\(height)")
    }
  }

  @Test func fourTiles() {
    var stage = Stage.viewing(samples)
    stage.press("n", "n", viewing: samples)
    GoldenScreen.expect(stage.draw(), "viewer-tiles-80x24")
  }

  @Test func seriesList() {
    var stage = Stage.viewing(samples)
    stage.press("s", viewing: samples)
    GoldenScreen.expect(stage.draw(), "viewer-series-80x24")
  }

  @Test func attributes() {
    var stage = Stage.viewing(samples)
    stage.press("m", viewing: samples)
    GoldenScreen.expect(stage.draw(), "viewer-attributes-80x24")
  }

  @Test func nothingOpen() {
    var stage = Stage()
    stage.press("F5")
    GoldenScreen.expect(stage.draw(), "viewer-empty-80x24")
  }

  /// The cells of the picture are the picture: dark around the disc, grey within.
  @Test func theCellsShowTheImage() {
    let stage = Stage.viewing(samples)
    let buffer = stage.draw()
    let place = ViewerLayout(
      stage.viewer, FrameLayout(size: stage.state.size).pane, .standard
    ).tiles[0].picture
    func background(_ x: Int, _ y: Int) -> Color { buffer[x, y].style.background }
    // 40 HU in a window of 80 around 40 is the middle of the greys (128 of 255).
    guard case .indexed(let middle) = background(place.x + place.width / 2, place.y + 9) else {
      Issue.record("no grey")
      return
    }
    #expect((242...246).contains(middle))
    #expect(background(place.x + place.width / 2, place.y + 1) == .indexed(16))
  }
}
