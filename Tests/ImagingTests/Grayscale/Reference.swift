/// The standard's window formulas in whole numbers (DICOM PS3.3 C.11.2.1.2.1 and C.11.2.1.3.2),
/// written apart from the program: twice the centre, the width, and the value are integers.
enum Reference {
  /// The brightness, halves rounded up.
  /// - Parameter twiceCenter: the centre times two, so that halves are possible.
  static func linear(_ x: Int, twiceCenter c2: Int, width w: Int) -> UInt8 {
    // x <= c − 0.5 − (w − 1) / 2
    if 2 * x <= c2 - 1 - (w - 1) { return 0 }
    // x > c − 0.5 + (w − 1) / 2
    if 2 * x > c2 - 1 + (w - 1) { return 255 }
    // ((x − (c − 0.5)) / (w − 1) + 0.5) · 255
    return rounded((2 * x - c2 + 1 + (w - 1)) * 255, over: 2 * (w - 1))
  }

  static func exact(_ x: Int, twiceCenter c2: Int, width w: Int) -> UInt8 {
    if 2 * x <= c2 - w { return 0 }
    if 2 * x > c2 + w { return 255 }
    return rounded((2 * x - c2 + w) * 255, over: 2 * w)
  }

  private static func rounded(_ numerator: Int, over denominator: Int) -> UInt8 {
    UInt8((2 * numerator + denominator) / (2 * denominator))
  }
}
