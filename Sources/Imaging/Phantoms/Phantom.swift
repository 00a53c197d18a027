/// A body made of formulas, that can be scanned.
public protocol Phantom: Sendable {
  /// The density in Hounsfield units.
  /// - Parameter point: millimetres; x to the patient's left, y to the back, z to the head.
  func density(at point: SIMD3<Float>) -> Float
}

/// The geometry of a stack of axial slices.
public struct SliceStack: Sendable, Equatable {
  public var columns: Int
  public var rows: Int
  /// Millimetres between pixels, and between slices.
  public var pixelSpacing: Double
  public var sliceSpacing: Double
  /// The centre of the first pixel of the first (lowest) slice: Image Position (Patient).
  public var origin: SIMD3<Double>
  public var count: Int

  public init(
    columns: Int, rows: Int, pixelSpacing: Double, sliceSpacing: Double, origin: SIMD3<Double>,
    count: Int
  ) {
    self.columns = columns
    self.rows = rows
    self.pixelSpacing = pixelSpacing
    self.sliceSpacing = sliceSpacing
    self.origin = origin
    self.count = count
  }

  /// Image Position (Patient) of a slice.
  public func position(_ index: Int) -> SIMD3<Double> {
    SIMD3(origin.x, origin.y, origin.z + Double(index) * sliceSpacing)
  }

  /// 32 slices of 5 mm through the head.
  public static func head(size: Int = 256) -> SliceStack {
    centred(size: size, field: 212, y: -3, from: -62, spacing: 5, count: 32)
  }

  /// Slices through the whole chest.
  public static func chest(size: Int = 256, count: Int = 40) -> SliceStack {
    centred(
      size: size, field: 352, y: 8, from: -148, spacing: 280 / Double(max(1, count - 1)),
      count: count)
  }

  private static func centred(
    size: Int, field: Double, y: Double, from z: Double, spacing: Double, count: Int
  ) -> SliceStack {
    let pixel = field / Double(size)
    let corner = -field / 2 + pixel / 2
    return SliceStack(
      columns: size, rows: size, pixelSpacing: pixel, sliceSpacing: spacing,
      origin: SIMD3(corner, corner + y, z), count: count)
  }
}

extension Phantom {
  /// One slice as a scanner would make it: sharpness limited, with noise.
  /// - Parameters:
  ///   - noise: standard deviation in Hounsfield units.
  ///   - seed: makes the noise; the same for the same picture.
  public func slice(_ index: Int, of stack: SliceStack, noise: Double, seed: UInt64) -> GrayPlane {
    let (columns, rows) = (stack.columns, stack.rows)
    let position = stack.position(index)
    let step = Float(stack.pixelSpacing)
    let start = Point(Float(position.x), Float(position.y), Float(position.z))
    // A thick slice is the mean of two planes.
    let half = Float(min(stack.sliceSpacing, 5)) / 4
    var sharp = [Float](repeating: 0, count: columns * rows)
    for row in 0..<rows {
      for column in 0..<columns {
        let p = start + Point(Float(column) * step, Float(row) * step, 0)
        sharp[row * columns + column] =
          (density(at: p + Point(0, 0, half)) + density(at: p - Point(0, 0, half))) / 2
      }
    }
    let grain = Noise(seed: seed &+ 0x51CE)
    for row in 0..<rows {
      for column in 0..<columns {
        sharp[row * columns + column] += grain.gaussian(column, row, index) * Float(noise) * 1.9
      }
    }
    let soft = softened(sharp, columns, rows)
    return GrayPlane(
      width: columns, height: rows,
      values: soft.map { Int16(clamping: Int(min(3071, max(-1024, $0)).rounded())) })
  }
}

/// A 3x3 binomial filter, edges repeated.
func softened(_ values: [Float], _ columns: Int, _ rows: Int) -> [Float] {
  var across = values
  for row in 0..<rows {
    let line = row * columns
    for column in 0..<columns {
      let left = values[line + max(0, column - 1)]
      let right = values[line + min(columns - 1, column + 1)]
      across[line + column] = left * 0.25 + values[line + column] * 0.5 + right * 0.25
    }
  }
  var result = across
  for row in 0..<rows {
    let above = max(0, row - 1) * columns
    let below = min(rows - 1, row + 1) * columns
    for column in 0..<columns {
      result[row * columns + column] =
        across[above + column] * 0.25 + across[row * columns + column] * 0.5
        + across[below + column] * 0.25
    }
  }
  return result
}
