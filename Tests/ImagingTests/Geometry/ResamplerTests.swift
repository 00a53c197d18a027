import Imaging
import Testing

/// Resampling against sums of areas, computed one by one.
@Suite struct ResamplerTests {
  private func noise(_ width: Int, _ height: Int, channels: Int = 1) -> DisplayImage {
    var state: UInt32 = 12_345
    return DisplayImage(
      width: width, height: height, channels: channels,
      pixels: (0..<(width * height * channels)).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(state >> 24)
      })
  }

  /// The mean over a rectangle of an image; what lies outside is black.
  private func mean(
    _ image: DisplayImage, _ x0: Double, _ x1: Double, _ y0: Double, _ y1: Double, channel: Int
  ) -> Double {
    var sum = 0.0
    for row in max(0, Int(y0))..<max(max(0, Int(y0)), min(image.height, Int(y1.rounded(.up)))) {
      for column in max(
        0, Int(x0))..<max(
          max(0, Int(x0)), min(image.width, Int(x1.rounded(.up))))
      {
        let width = min(x1, Double(column + 1)) - max(x0, Double(column))
        let height = min(y1, Double(row + 1)) - max(y0, Double(row))
        guard width > 0, height > 0 else { continue }
        sum +=
          Double(image.pixels[(row * image.width + column) * image.channels + channel]) * width
          * height
      }
    }
    return sum / ((x1 - x0) * (y1 - y0))
  }

  @Test(arguments: [1, 3])
  func smallerIsTheAverage(_ channels: Int) {
    let image = noise(97, 61, channels: channels)
    let extent = ImageExtent(width: 97, height: 61)
    let viewport = Viewport(width: 23, height: 19)
    let projection = ViewTransform().projection(of: extent, in: viewport)
    let shown = Resampler.render(image, projection)
    for y in 0..<19 {
      for x in 0..<23 {
        let a = projection.imagePoint(at: ImagePoint(x: Double(x), y: Double(y)))
        let b = projection.imagePoint(at: ImagePoint(x: Double(x + 1), y: Double(y + 1)))
        for channel in 0..<channels {
          let wanted = mean(image, a.x, b.x, a.y, b.y, channel: channel)
          let found = Double(shown.pixels[(y * 23 + x) * channels + channel])
          #expect(abs(found - wanted) <= 0.51, "\(x), \(y)")
        }
      }
    }
  }

  @Test func sameSizeIsTheSame() {
    let image = noise(40, 30)
    let projection = ViewTransform().projection(
      of: ImageExtent(width: 40, height: 30), in: Viewport(width: 40, height: 30))
    #expect(Resampler.render(image, projection) == image)
  }

  @Test func evenStaysEven() {
    for size in [(7, 5), (64, 64), (200, 120), (513, 311)] {
      let image = DisplayImage(
        width: 50, height: 50, pixels: Array(repeating: 173, count: 2500))
      let viewport = Viewport(width: size.0, height: size.1)
      var view = ViewTransform()
      view.zoom(by: 3, ImageExtent(width: 50, height: 50), in: viewport)
      let shown = Resampler.render(
        image, view.projection(of: ImageExtent(width: 50, height: 50), in: viewport))
      let inside = shown.pixels.filter { $0 != 0 }
      #expect(!inside.isEmpty && inside.allSatisfy { $0 == 173 || $0 < 173 })
      #expect(shown.pixels[(size.1 / 2) * size.0 + size.0 / 2] == 173)
    }
  }

  /// Larger: between the neighbours, and exactly them where a sample's middle is a pixel's.
  @Test func largerIsBetweenNeighbours() {
    let image = DisplayImage(width: 3, height: 1, pixels: [0, 100, 200])
    let viewport = Viewport(width: 9, height: 3)
    let shown = Resampler.render(
      image, ViewTransform().projection(of: ImageExtent(width: 3, height: 1), in: viewport))
    #expect(Array(shown.pixels[9..<18]) == [0, 0, 33, 67, 100, 133, 167, 200, 200])
  }

  @Test func aWrongSizeIsBlack() {
    let projection = ViewTransform().projection(
      of: ImageExtent(width: 10, height: 10), in: Viewport(width: 4, height: 4))
    let shown = Resampler.render(noise(3, 3), projection)
    #expect(shown.width == 4 && shown.pixels.allSatisfy { $0 == 0 })
  }
}
