import Foundation
import Imaging
import Screen

/// Draws thin lines into a picture, dark where it is bright and bright where it is dark: they are
/// seen on any image, with any number of colours.
enum Burning {
  /// A straight line between two points of the image.
  struct Segment: Equatable {
    var from: ImagePoint
    var to: ImagePoint
  }

  /// The lines of a measurement.
  static func segments(_ kind: ViewerMeasurement.Kind, _ points: [ImagePoint]) -> [Segment] {
    switch kind {
    case .distance, .angle:
      return zip(points, points.dropFirst()).map { Segment(from: $0, to: $1) }
    case .ellipse:
      guard points.count >= 2 else { return [] }
      let center = ImagePoint(
        x: (points[0].x + points[1].x) / 2, y: (points[0].y + points[1].y) / 2)
      let radius = ImagePoint(
        x: abs(points[1].x - points[0].x) / 2, y: abs(points[1].y - points[0].y) / 2)
      let corners = (0...48).map { step in
        let angle = Double(step) / 48 * 2 * Double.pi
        return ImagePoint(
          x: center.x + radius.x * cos(angle), y: center.y + radius.y * sin(angle))
      }
      return zip(corners, corners.dropFirst()).map { Segment(from: $0, to: $1) }
    }
  }

  static func burn(_ segments: [Segment], into raster: Raster, _ projection: Projection) -> Raster {
    let viewport = projection.viewport
    guard raster.width == viewport.width, raster.height == viewport.height else { return raster }
    var pixels = raster.pixels
    // Lines of a picture in fine pixels must be thicker to be seen.
    let thickness = max(1, min(raster.width, raster.height) / 400)
    var touched: Set<Int> = []
    for segment in segments {
      let a = projection.sample(of: segment.from)
      let b = projection.sample(of: segment.to)
      guard [a.x, a.y, b.x, b.y].allSatisfy({ abs($0) < 1e6 }) else { continue }
      let steps = min(20_000, max(1, Int(max(abs(b.x - a.x), abs(b.y - a.y)).rounded(.up))))
      for step in 0...steps {
        let share = Double(step) / Double(steps)
        let x = Int((a.x + (b.x - a.x) * share).rounded(.down))
        let y = Int((a.y + (b.y - a.y) * share).rounded(.down))
        for dy in 0..<thickness {
          for dx in 0..<thickness
          where x + dx >= 0 && x + dx < raster.width && y + dy >= 0 && y + dy < raster.height {
            touched.insert((y + dy) * raster.width + x + dx)
          }
        }
      }
    }
    for place in touched {
      let first = place * raster.channels
      let sum = (0..<raster.channels).reduce(0) { $0 + Int(pixels[first + $1]) }
      let value: UInt8 = sum / raster.channels < 140 ? 255 : 0
      for channel in 0..<raster.channels { pixels[first + channel] = value }
    }
    return Raster(
      width: raster.width, height: raster.height, channels: raster.channels, pixels: pixels)
  }
}
