extension ChestPhantom {
  /// A lung with vessels that get thinner to the outside, fissures and the lesion.
  /// - Parameters:
  ///   - edge: distance to the lung's surface, negative inside.
  ///   - cage: distance to the rib cage; `middle` that to the mediastinum.
  func lung(_ p: Point, edge: Float, cage: Float, middle: Float) -> Float {
    // Pleura and the fat below the ribs.
    if edge > 0 { return 45 }
    let isRight = p.x < 0
    var value = -868 + noise.smooth(p / 7) * 16 + ramp(-20, 60, p.y) * 26

    // Vessels are where two smooth noises are zero at once: curves that branch and wander.
    let outward = ramp(4, 62, middle)
    let warp = Point(noise.smooth(p / 30), noise.smooth(p / 30 + 50), 0) * 8
    let q = (p + warp) / Point(24, 24, 30)
    let a = noise.smooth(q)
    let b = noise.smooth(q + Point(31.7, 12.3, 45.1))
    let big = (a * a + b * b).squareRoot() - mix(0.155, 0.045, outward)
    let s = (p - warp) / Point(12, 12, 15)
    let c = noise.smooth(s + 7.7)
    let d = noise.smooth(s + Point(91, 3.1, 27))
    let small = (c * c + d * d).squareRoot() - mix(0.12, 0.075, outward)
    let wide: Float = lesion == .failure ? 0.05 : 0
    let blood: Float = hasContrast ? 150 : 35
    value = mix(value, blood, ramp(0.035, -0.03, big - wide))
    value = mix(value, blood - 130, ramp(0.05, -0.03, small - wide) * ramp(-2, -7, edge))

    // Fissures.
    let oblique = abs(p.z + p.y * 1.25 - 12) * 0.62
    value = max(value, mix(value, -640, ramp(1.3, 0.4, oblique)))
    if isRight && p.z + p.y * 1.25 < 12 {
      value = max(value, mix(value, -700, ramp(1.2, 0.4, abs(p.z + 6))))
    }
    value = lesions(p, value, edge: edge, cage: cage, middle: middle)
    return airway(p, value)
  }

  private func lesions(
    _ p: Point, _ value: Float, edge: Float, cage: Float, middle: Float
  ) -> Float {
    let isRight = p.x < 0
    switch lesion {
    case .none, .embolism: return value
    case .nodule:
      let spikes = noise.rough(p / 4) * 3.2
      let nodule = Shape.length(p - Point(-74, -14, 58)) - 10 + spikes
      let tail = Shape.rod(p, Point(-74, -14, 58), Point(-101, -22, 63), 1)
      return mix(value, 42, max(ramp(0.8, -0.8, nodule), ramp(1.2, 0, tail) * 0.7))
    case .pneumothorax:
      guard !isRight else { return value }
      // The lung falls to the hilum; its edge is a fine line.
      let gap = 26 * ramp(-150, 60, p.z) + 16 * ramp(40, -70, p.y)
      let pleura = gap - (-edge)
      if pleura > 1.4 { return -1000 }
      if pleura > 0 { return -250 }
      return value + 70 + ramp(30, 0, middle) * 90
    case .effusion:
      guard isRight else { return value }
      let level = -52 + (noise.smooth(Point(p.x, p.y, 0) / 60)) * 4
      let meniscus = p.y - (26 - ramp(level + 90, level - 40, p.z) * 74 - ramp(20, 0, -edge) * 24)
      let fluid = max(-meniscus, p.z - (level + 86))
      let squeezed = ramp(16, 2, fluid)
      let compressed = mix(value, -260, squeezed * 0.8)
      return mix(compressed, 11 + noise.smooth(p / 5) * 5, ramp(1.2, -1.2, fluid))
    case .pneumonia:
      guard isRight else { return value }
      let core = Shape.ellipsoid(p, Point(-72, 36, -58), Point(46, 34, 52))
      let cloud = core + noise.rough(p / 15) * 17
      let amount = ramp(9, -7, cloud) * ramp(-4, 4, p.y + 6)
      let bronchus = abs(noise.smooth(p / 9 + 5)) + abs(noise.smooth(p / 9 + 61))
      let filled = mix(38, -820, ramp(0.16, 0.08, bronchus))
      return mix(value, filled, amount)
    case .failure:
      let base = p.y - (52 - ramp(-20, -110, p.z) * 34)
      var value = value + 50 + ramp(70, 10, middle) * 60 + noise.rough(p / 10) * 55
      // Thickened septa near the wall.
      let septum = abs(noise.smooth(p / 8 + 33))
      value = mix(value, -420, ramp(0.07, 0.02, septum) * ramp(-26, -4, edge))
      return mix(value, 9, ramp(-1.5, 1.5, base) * ramp(40, -20, p.z))
    }
  }
}
