/// A direction or a place in the patient coordinate system, mm: x grows to the patient's left, y to
/// the back, z to the head (DICOM PS3.3 C.7.6.2.1.1).
public struct Vector3: Sendable, Hashable {
  public var x: Double
  public var y: Double
  public var z: Double

  public init(_ x: Double, _ y: Double, _ z: Double) {
    self.x = x
    self.y = y
    self.z = z
  }

  /// Three finite numbers of an element; nil when there are others.
  init?(_ numbers: some Sequence<Double?>) {
    let known = numbers.compactMap { $0 }.filter(\.isFinite)
    guard known.count == 3 else { return nil }
    self.init(known[0], known[1], known[2])
  }

  public var length: Double { dot(self).squareRoot() }

  public func dot(_ other: Vector3) -> Double { x * other.x + y * other.y + z * other.z }

  public func cross(_ other: Vector3) -> Vector3 {
    Vector3(
      y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
  }

  public static func + (a: Vector3, b: Vector3) -> Vector3 {
    Vector3(a.x + b.x, a.y + b.y, a.z + b.z)
  }

  public static func * (a: Vector3, factor: Double) -> Vector3 {
    Vector3(a.x * factor, a.y * factor, a.z * factor)
  }

  public static prefix func - (a: Vector3) -> Vector3 { Vector3(-a.x, -a.y, -a.z) }
}
