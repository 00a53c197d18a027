import DICOM

extension Vector3 {
  /// Three finite numbers of an element; nil when there are others.
  init?(_ numbers: some Sequence<Double?>) {
    let known = numbers.compactMap { $0 }.filter(\.isFinite)
    guard known.count == 3 else { return nil }
    self.init(known[0], known[1], known[2])
  }

  static func + (a: Vector3, b: Vector3) -> Vector3 {
    Vector3(a.x + b.x, a.y + b.y, a.z + b.z)
  }

  static func * (a: Vector3, factor: Double) -> Vector3 {
    Vector3(a.x * factor, a.y * factor, a.z * factor)
  }

  static prefix func - (a: Vector3) -> Vector3 { Vector3(-a.x, -a.y, -a.z) }
}
