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

  /// Pictures, tiles, letters and measurements at any size: whole grids, no crash.
  @Test func picturesAtAnySize() {
    var sizes: [(Int, Int)] = [(40, 20), (79, 23), (119, 24), (120, 24), (210, 65)]
    for width in stride(from: 0, through: 30, by: 3) {
      for height in 0...12 { sizes.append((width, height)) }
    }
    var single = Stage.viewing(samples)
    single.press("a", "Space", "→", "Space", "↓", "Space", "e", "Space", "→", viewing: samples)
    var four = Stage.viewing(samples)
    four.press("n", "n", "d", "Space", viewing: samples)
    var list = Stage.viewing(samples)
    list.press("s", viewing: samples)
    for var stage in [single, four, list] {
      for (width, height) in sizes {
        stage.resize(width, height)
        stage.serve(samples)
        stage.press("PgDn", "+", "Shift-←", "t", viewing: samples)
        SizeTests.expectWhole(stage.draw(), "\(width)x\(height)")
      }
    }
  }

  /// A terminal with graphics gets more samples, and the picture over its cells.
  @Test func graphicsGetFinerPictures() {
    var stage = Stage.viewing(samples)
    let before = stage.viewer.tile.picture?.raster.width ?? 0
    stage.send(
      .images(
        ImageOutput(
          graphics: .sixel, cells: CellRendering(), cellPixels: Size(width: 10, height: 20))))
    stage.serve(samples)
    #expect(stage.viewer.tile.picture?.raster.width == before * 10)
    #expect(stage.draw().overlays.count == 1)
    stage.press("F2")
    #expect(stage.draw().overlays.isEmpty)
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
