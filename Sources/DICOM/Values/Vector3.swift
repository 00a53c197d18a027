/// A place or direction in the patient's coordinates, millimetres (DICOM PS3.3 C.7.6.2.1.1).
public struct Vector3: Hashable, Sendable {
  public var x: Double
  public var y: Double
  public var z: Double

  public init(_ x: Double, _ y: Double, _ z: Double) {
    self.x = x
    self.y = y
    self.z = z
  }

  public var length: Double { dot(self).squareRoot() }

  public func dot(_ other: Vector3) -> Double { x * other.x + y * other.y + z * other.z }

  public func cross(_ other: Vector3) -> Vector3 {
    Vector3(
      y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
  }

  /// The direction that Image Orientation (Patient) makes the slices follow: the cross product of
  /// row and column direction, of length 1. Nil when the six numbers are no two directions at
  /// right angles (within about three degrees), as the standard asks.
  public static func normal(ofOrientation numbers: [Double]) -> Vector3? {
    guard numbers.count == 6 else { return nil }
    let row = Vector3(numbers[0], numbers[1], numbers[2])
    let column = Vector3(numbers[3], numbers[4], numbers[5])
    guard abs(row.length - 1) < 0.05, abs(column.length - 1) < 0.05, abs(row.dot(column)) < 0.05
    else { return nil }
    let normal = row.cross(column)
    let length = normal.length
    guard length > 0.5 else { return nil }
    return Vector3(normal.x / length, normal.y / length, normal.z / length)
  }
}
