import Imaging
import Testing

/// Zooming, moving, turning, and what a viewport then shows.
@Suite struct ViewTests {
  private static let extent = ImageExtent(width: 120, height: 80, pixelAspect: 1.5)
  private static let viewport = Viewport(width: 50, height: 70, sampleAspect: 0.8)

  /// All ways to turn and mirror, with some zoom and movement.
  private static let views: [ViewTransform] = (0..<8).map { number in
    var view = ViewTransform()
    for _ in 0..<(number % 4) { view.turn() }
    if number >= 4 { view.flipHorizontally() }
    view.zoom(by: 1.7, at: ImagePoint(x: 11, y: 40), extent, in: viewport)
    view.pan(right: 3, down: -5, extent, in: viewport)
    return view
  }

  @Test(arguments: views)
  func placesThereAndBack(_ view: ViewTransform) {
    let projection = view.projection(of: Self.extent, in: Self.viewport)
    for place in [(0.0, 0.0), (13.5, 60), (50, 70), (-7, 99)] {
      let sample = ImagePoint(x: place.0, y: place.1)
      let back = projection.sample(of: projection.imagePoint(at: sample))
      #expect(abs(back.x - sample.x) < 1e-9 && abs(back.y - sample.y) < 1e-9)
    }
  }

  @Test(arguments: views)
  func zoomingKeepsThePlace(_ view: ViewTransform) {
    var view = view
    let place = ImagePoint(x: 20, y: 30)
    let before = view.projection(of: Self.extent, in: Self.viewport).imagePoint(at: place)
    view.zoom(by: 1.3, at: place, Self.extent, in: Self.viewport)
    let after = view.projection(of: Self.extent, in: Self.viewport).imagePoint(at: place)
    #expect(abs(before.x - after.x) < 1e-9 && abs(before.y - after.y) < 1e-9)
  }

  @Test(arguments: views)
  func panningMovesWithTheHand(_ view: ViewTransform) {
    var view = view
    let before = view.projection(of: Self.extent, in: Self.viewport)
    let point = before.imagePoint(at: ImagePoint(x: 20, y: 30))
    view.pan(right: 2, down: 1, Self.extent, in: Self.viewport)
    let after = view.projection(of: Self.extent, in: Self.viewport).sample(of: point)
    #expect(abs(after.x - 22) < 1e-9 && abs(after.y - 31) < 1e-9)
  }

  /// Fitted, the image touches two opposite edges and leaves none out.
  @Test func fit() {
    for turns in 0..<4 {
      var view = ViewTransform()
      for _ in 0..<turns { view.turn() }
      let projection = view.projection(of: Self.extent, in: Self.viewport)
      let corners = [(0.0, 0.0), (120, 80)].map {
        projection.sample(of: ImagePoint(x: $0.0, y: $0.1))
      }
      let width = abs(corners[0].x - corners[1].x)
      let height = abs(corners[0].y - corners[1].y)
      #expect(width < 50 + 1e-9 && height < 70 + 1e-9)
      #expect(abs(width - 50) < 1e-9 || abs(height - 70) < 1e-9)
      // 120 by 80 pixels, 1.5 high, are a square.
      #expect(abs(width * 0.8 - height) < 1e-9)
    }
  }

  @Test func oneToOne() {
    var view = ViewTransform()
    let extent = ImageExtent(width: 512, height: 512)
    let viewport = Viewport(width: 100, height: 60, sampleAspect: 1, devicePixel: 0.25)
    view.oneToOne(extent, in: viewport)
    let projection = view.projection(of: extent, in: viewport)
    #expect(abs(projection.magnification - 1) < 1e-9)
    // A sample is four pixels of the screen, so four of the image.
    #expect(abs(projection.pixelsPerSample.across - 4) < 1e-9)
    view.fit()
    #expect(view.zoom == 1 && view.center == nil)
  }

  @Test func extremes() {
    var view = ViewTransform()
    for _ in 0..<100 { view.zoom(by: 10, Self.extent, in: Self.viewport) }
    #expect(view.zoom == ViewTransform.zooms.upperBound)
    for _ in 0..<100 { view.zoom(by: 0.1, Self.extent, in: Self.viewport) }
    #expect(view.zoom == ViewTransform.zooms.lowerBound)
    view.zoom(by: .nan, Self.extent, in: Self.viewport)
    view.pan(right: 1e9, down: -.infinity, Self.extent, in: Self.viewport)
    let empty = Viewport(width: 0, height: 0)
    let image = DisplayImage(width: 120, height: 80)
    #expect(
      Resampler.render(image, view.projection(of: Self.extent, in: empty)).pixels.isEmpty)
    _ = Resampler.render(image, view.projection(of: Self.extent, in: Self.viewport))
  }

  /// What is seen is mirrored, whatever way it is turned.
  @Test func flipsAreOfWhatIsSeen() {
    let image = DisplayImage(width: 3, height: 2, pixels: [1, 2, 3, 4, 5, 6])
    let extent = ImageExtent(width: 3, height: 2)
    for turns in 0..<4 {
      var view = ViewTransform()
      for _ in 0..<turns { view.turn() }
      let viewport =
        turns % 2 == 0 ? Viewport(width: 3, height: 2) : Viewport(width: 2, height: 3)
      func rows() -> [[UInt8]] {
        let shown = Resampler.render(image, view.projection(of: extent, in: viewport))
        return (0..<shown.height).map { row in
          Array(shown.pixels[(row * shown.width)..<((row + 1) * shown.width)])
        }
      }
      let upright = rows()
      view.flipHorizontally()
      #expect(rows() == upright.map { $0.reversed() })
      view.flipVertically()
      #expect(rows() == upright.map { $0.reversed() }.reversed())
      view.flipHorizontally()
      #expect(rows() == upright.reversed())
    }
    var view = ViewTransform()
    view.turn()
    let turned = Resampler.render(
      image, view.projection(of: extent, in: Viewport(width: 2, height: 3)))
    #expect(turned.pixels == [4, 1, 5, 2, 6, 3])
    view.turn(clockwise: false)
    #expect(view.quarterTurns == 0)
  }
}
