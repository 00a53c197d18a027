import DICOM
import Foundation

/// A measured quantity with its unit: millimetres only where the image proves them.
public struct ImageMeasurement: Sendable, Equatable {
  public enum Unit: String, Sendable {
    case millimetres = "mm"
    case pixels = "px"
    case squareMillimetres = "mm²"
    case squarePixels = "px²"
    case degrees = "°"
  }

  public var value: Double
  public var unit: Unit
  /// What must stand beside it, such as “detector plane”; empty when nothing must.
  public var note: String

  /// `12.3 mm`, `40.0 px`, `31°`, with the note.
  public var text: String {
    let number = unit == .degrees ? Self.decimals(value, 0) : Self.decimals(value, 1)
    let amount = unit == .degrees ? number + "°" : "\(number) \(unit.rawValue)"
    return note.isEmpty ? amount : "\(amount) (\(note))"
  }

  /// The distance of two points.
  public static func distance(
    _ a: ImagePoint, _ b: ImagePoint, scale: ImageScale
  ) -> ImageMeasurement {
    let spacing = scale.spacing(over: [a, b])
    let x = (b.x - a.x) * (spacing?.column ?? 1)
    let y = (b.y - a.y) * (spacing?.row ?? 1)
    return ImageMeasurement(
      value: (x * x + y * y).squareRoot(), unit: spacing == nil ? .pixels : .millimetres,
      note: spacing?.note ?? "")
  }

  /// The angle at `vertex` between the directions to two points, 0…180 degrees; nil when one of
  /// them lies on the vertex. Pixels that are not square are taken as they are.
  public static func angle(
    _ a: ImagePoint, vertex: ImagePoint, _ b: ImagePoint, scale: ImageScale
  ) -> ImageMeasurement? {
    let spacing = scale.spacing(over: [a, vertex, b])
    let aspect = spacing.map { $0.row / $0.column } ?? scale.pixelAspect
    let first = Vector3(a.x - vertex.x, (a.y - vertex.y) * aspect, 0)
    let second = Vector3(b.x - vertex.x, (b.y - vertex.y) * aspect, 0)
    guard first.length > 0, second.length > 0 else { return nil }
    let radians = atan2(first.cross(second).length, first.dot(second))
    return ImageMeasurement(value: radians * 180 / .pi, unit: .degrees, note: "")
  }

  static func decimals(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "–" }
    return value.formatted(
      .number.precision(.fractionLength(digits)).grouping(.never)
        .locale(Locale(identifier: "en_US_POSIX")))
  }
}
