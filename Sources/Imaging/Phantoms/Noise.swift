/// Random numbers and smooth noise that depend on nothing but a seed: phantoms are the same on
/// every machine and in every run.
struct Noise: Sendable {
  let seed: UInt32

  init(seed: UInt64) { self.seed = UInt32(truncatingIfNeeded: seed &* 0x9E37_79B9 ^ seed >> 32) }

  /// A value in 0 ..< 1 for a lattice point (a hash after Wellons' lowbias32).
  @inline(__always)
  func lattice(_ x: Int32, _ y: Int32, _ z: Int32) -> Float {
    var h = UInt32(bitPattern: x) &* 0x8DA6_B343
    h ^= UInt32(bitPattern: y) &* 0xD816_3841
    h ^= UInt32(bitPattern: z) &* 0xCB1A_B31F
    h = (h ^ seed) &* 0x7FEB_352D
    h = (h ^ (h >> 15)) &* 0x846C_A68B
    h ^= h >> 16
    return Float(h >> 8) * (1 / 16_777_216)
  }

  /// Smooth noise in -1 ... 1; structures are about one unit large.
  @inline(__always)
  func smooth(_ p: SIMD3<Float>) -> Float {
    let base = p.rounded(.down)
    var f = p - base
    f = f * f * (3 - 2 * f)
    let x = Int32(base.x)
    let y = Int32(base.y)
    let z = Int32(base.z)
    let a = mix(lattice(x, y, z), lattice(x &+ 1, y, z), f.x)
    let b = mix(lattice(x, y &+ 1, z), lattice(x &+ 1, y &+ 1, z), f.x)
    let c = mix(lattice(x, y, z &+ 1), lattice(x &+ 1, y, z &+ 1), f.x)
    let d = mix(lattice(x, y &+ 1, z &+ 1), lattice(x &+ 1, y &+ 1, z &+ 1), f.x)
    return mix(mix(a, b, f.y), mix(c, d, f.y), f.z) * 2 - 1
  }

  /// Two octaves of ``smooth(_:)``.
  @inline(__always)
  func rough(_ p: SIMD3<Float>) -> Float {
    smooth(p) * 0.67 + smooth(p * 2.03 + SIMD3(17.1, 3.7, 9.2)) * 0.33
  }

  /// About normally distributed, mean 0, deviation 1.
  @inline(__always)
  func gaussian(_ x: Int, _ y: Int, _ z: Int) -> Float {
    let a = Int32(truncatingIfNeeded: x)
    let b = Int32(truncatingIfNeeded: y)
    let c = Int32(truncatingIfNeeded: z) &* 8
    let sum =
      lattice(a, b, c) + lattice(a, b, c &+ 1) + lattice(a, b, c &+ 2) + lattice(a, b, c &+ 3)
    return (sum - 2) * 1.732
  }
}

@inline(__always)
func mix(_ a: Float, _ b: Float, _ t: Float) -> Float { a + (b - a) * t }

/// 0 below `low`, 1 above `high`, smooth between; falling when `high` is below `low`.
@inline(__always)
func ramp(_ low: Float, _ high: Float, _ value: Float) -> Float {
  let t = min(1, max(0, (value - low) / (high - low)))
  return t * t * (3 - 2 * t)
}
