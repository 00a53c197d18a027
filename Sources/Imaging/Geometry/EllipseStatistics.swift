import Foundation

/// What the pixels inside of an ellipse hold.
public struct EllipseStatistics: Sendable, Equatable {
  /// Pixels whose centre lies inside.
  public var count: Int
  /// In modality values, such as Hounsfield units.
  public var mean: Double
  /// Of all the pixels inside, not an estimate for others (divided by their number).
  public var standardDeviation: Double
  public var minimum: Double
  public var maximum: Double
  /// Of the ellipse as drawn.
  public var area: ImageMeasurement
  /// What the values are measured in; empty when nothing says so.
  public var unit: String

  /// Nil for colour images, and when no pixel's centre lies inside.
  /// - Parameters:
  ///   - a, b: opposite corners of the rectangle that the ellipse fills.
  public init?(
    in frame: Frame, from a: ImagePoint, to b: ImagePoint, parameters: DisplayParameters,
    scale: ImageScale
  ) {
    guard frame.photometric == .monochrome1 || frame.photometric == .monochrome2,
      [a.x, a.y, b.x, b.y].allSatisfy({ $0.isFinite && abs($0) < 1e6 })
    else { return nil }
    let radiusX = abs(b.x - a.x) / 2
    let radiusY = abs(b.y - a.y) / 2
    let centerX = (a.x + b.x) / 2
    let centerY = (a.y + b.y) / 2
    guard radiusX > 0, radiusY > 0 else { return nil }
    var (count, mean, squares) = (0, 0.0, 0.0)
    var (minimum, maximum) = (Double.infinity, -Double.infinity)
    let top = max(0, Int((centerY - radiusY).rounded(.down)))
    let bottom = min(frame.rows, Int((centerY + radiusY).rounded(.up)))
    for row in top..<max(top, bottom) {
      let y = (Double(row) + 0.5 - centerY) / radiusY
      guard abs(y) <= 1 else { continue }
      let half = radiusX * (1 - y * y).squareRoot()
      let left = max(0, Int((centerX - half - 0.5).rounded(.up)))
      let right = min(frame.columns - 1, Int((centerX + half - 0.5).rounded(.down)))
      for column in left..<max(left, right + 1) {
        guard let stored = frame.pixels.value(at: row * frame.columns + column) else { continue }
        let value = parameters.modality.value(stored)
        guard value.isFinite else { continue }
        // Welford's recurrence: large values with small differences lose no digits.
        count += 1
        let offset = value - mean
        mean += offset / Double(count)
        squares += offset * (value - mean)
        minimum = min(minimum, value)
        maximum = max(maximum, value)
      }
    }
    guard count > 0 else { return nil }
    self.count = count
    self.mean = mean
    standardDeviation = (squares / Double(count)).squareRoot()
    self.minimum = minimum
    self.maximum = maximum
    unit = parameters.unit
    let spacing = scale.spacing(over: [a, b])
    area = ImageMeasurement(
      value: .pi * radiusX * radiusY * (spacing.map { $0.row * $0.column } ?? 1),
      unit: spacing == nil ? .squarePixels : .squareMillimetres, note: spacing?.note ?? "")
  }
}
