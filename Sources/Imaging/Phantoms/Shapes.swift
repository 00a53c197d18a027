/// Points in millimetres of the patient: x to the left, y to the back, z to the head
/// (DICOM PS3.3 C.7.6.2.1.1).
typealias Point = SIMD3<Float>

/// Distances to simple bodies in millimetres, negative inside.
enum Shape {
  @inline(__always)
  static func length(_ p: Point) -> Float { (p * p).sum().squareRoot() }

  /// An ellipsoid; the distance is a good approximation near the surface.
  @inline(__always)
  static func ellipsoid(_ p: Point, _ center: Point, _ radii: Point) -> Float {
    let q = (p - center) / radii
    let k0 = length(q)
    let k1 = length(q / radii)
    if k1 < 1e-6 { return -radii.min() }
    return k0 * (k0 - 1) / k1
  }

  /// An ellipsoid turned around the vertical axis.
  @inline(__always)
  static func ellipsoid(_ p: Point, _ center: Point, _ radii: Point, turnedBy angle: Float)
    -> Float
  {
    let q = p - center
    let (s, c) = (sine(angle), cosine(angle))
    return ellipsoid(Point(q.x * c + q.y * s, q.y * c - q.x * s, q.z), .zero, radii)
  }

  /// A ball-ended rod.
  @inline(__always)
  static func rod(_ p: Point, _ a: Point, _ b: Point, _ radius: Float) -> Float {
    let pa = p - a
    let ba = b - a
    let t = min(1, max(0, (pa * ba).sum() / (ba * ba).sum()))
    return length(pa - ba * t) - radius
  }

  /// An upright cylinder without ends.
  @inline(__always)
  static func column(_ p: Point, _ x: Float, _ y: Float, _ radius: Float) -> Float {
    let dx = p.x - x
    let dy = p.y - y
    return (dx * dx + dy * dy).squareRoot() - radius
  }

  /// Union with a rounded seam.
  @inline(__always)
  static func join(_ a: Float, _ b: Float, _ k: Float) -> Float {
    let h = min(1, max(0, 0.5 + 0.5 * (b - a) / k))
    return mix(b, a, h) - k * h * (1 - h)
  }

  /// The sides are symmetric: the point with x made positive.
  @inline(__always)
  static func folded(_ p: Point) -> Point { Point(abs(p.x), p.y, p.z) }

  // Angles here are constants below pi; the series serve without the C library.
  @inline(__always)
  private static func sine(_ x: Float) -> Float {
    let x2 = x * x
    return x * (1 - x2 / 6 * (1 - x2 / 20 * (1 - x2 / 42)))
  }

  @inline(__always)
  private static func cosine(_ x: Float) -> Float {
    let x2 = x * x
    return 1 - x2 / 2 * (1 - x2 / 12 * (1 - x2 / 30 * (1 - x2 / 56)))
  }
}
