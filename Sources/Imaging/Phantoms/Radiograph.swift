import Foundation

/// An X-ray: the projection of a phantom along the direction from front to back.
public enum Radiograph {
  /// A chest X-ray (posteroanterior): bones and heart bright, as a MONOCHROME2 image of 12 bits.
  /// - Parameters:
  ///   - width: pixels across 372 mm; the height is the same.
  ///   - seed: makes the noise.
  public static func chest(_ phantom: ChestPhantom, width: Int, seed: UInt64) -> GrayPlane {
    let width = max(16, width)
    let height = width
    let field: Float = 372
    let step = field / Float(width)
    let stride: Float = 4.5
    var path = [Float](repeating: 0, count: width * height)
    for row in 0..<height {
      let z = 178 - (Float(row) + 0.5) * step
      for column in 0..<width {
        // The patient's right is on the left of the picture.
        let x = (Float(column) + 0.5) * step - field / 2
        var sum: Float = 0
        // Steps that start differently from pixel to pixel leave no rings.
        var y = -122 + Float((column &* 7 &+ row &* 13) % 16) * stride / 16
        while y < 116 {
          let density = phantom.density(at: Point(x, y, z))
          if density > -990 { sum += absorption(density) }
          y += stride
        }
        path[row * width + column] = sum * stride
      }
    }
    return develop(softened(path, width, height), width, height, Noise(seed: seed &+ 0xD1))
  }

  /// Absorption a millimetre relative to water; bone absorbs more than its density.
  @inline(__always)
  private static func absorption(_ density: Float) -> Float {
    let water = (density + 1000) / 1000
    return density > 100 ? water + (density - 100) / 1000 * 1.1 : water
  }

  /// Scatter, noise and the grey scale of a digital chest X-ray.
  private static func develop(_ path: [Float], _ width: Int, _ height: Int, _ noise: Noise)
    -> GrayPlane
  {
    let blurred = blurred(path, width, height, radius: max(2, width / 22))
    var values: [Int16] = []
    values.reserveCapacity(path.count)
    for index in path.indices {
      // Large differences are compressed, small ones kept: as processed images are.
      let broad = blurred[index]
      let detail = path[index] - broad
      let level = 62 + (broad - 62) * 0.62 + detail * 1.5
      let grain = noise.gaussian(index % width, index / width, 0)
      let quantum = (0.9 + max(0, level) / 90) * grain
      let t = 1 / (1 + exp(-(level + quantum - 86) / 28))
      values.append(Int16(max(0, min(4095, 150 + t * 3750))))
    }
    return GrayPlane(width: width, height: height, values: values)
  }

  /// The mean over a square, by running sums.
  private static func blurred(_ values: [Float], _ width: Int, _ height: Int, radius: Int)
    -> [Float]
  {
    func pass(_ input: [Float], _ count: Int, _ lines: Int, _ along: Int, _ across: Int)
      -> [Float]
    {
      var output = input
      for line in 0..<lines {
        var sum: Float = 0
        let base = line * across
        for index in -radius...radius { sum += input[base + min(max(index, 0), count - 1) * along] }
        for index in 0..<count {
          output[base + index * along] = sum / Float(2 * radius + 1)
          sum += input[base + min(index + radius + 1, count - 1) * along]
          sum -= input[base + max(index - radius, 0) * along]
        }
      }
      return output
    }
    var result = values
    for _ in 0..<2 {
      result = pass(result, width, height, 1, width)
      result = pass(result, height, width, width, 1)
    }
    return result
  }
}
