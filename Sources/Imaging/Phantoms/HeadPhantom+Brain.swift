extension HeadPhantom {
  private static let fluid: Float = 7

  /// What lies inside of the skull.
  /// - Parameter depth: millimetres from the bone.
  func intracranial(_ point: Point, depth: Float) -> Float {
    let p = shifted(point)
    let isPosterior = p.z < -18 && p.y > 14
    var value = isPosterior ? hindbrain(p, depth) : hemisphere(p, depth)
    value = ventricles(p, value)
    if abs(point.x) < 0.9 + 0.4 * ramp(20, 70, p.y), p.z > 6, depth > 1.5 {
      value = mix(value, 52, 0.8)
    }
    value = lesions(point, p, depth: depth, value: value)
    // The subarachnoid space below the bone.
    let rim = 1.5 + noise.smooth(point / 9) * 0.9
    let isBlood = lesion == .subdural || lesion == .epidural
    if depth < rim && !(isBlood && value > 50) { value = mix(12, value, ramp(rim - 1, rim, depth)) }
    return value
  }

  /// A mass pushes the middle over.
  private func shifted(_ p: Point) -> Point {
    let push: Float =
      switch lesion {
      case .subdural: 9
      case .epidural, .mass: 5
      case .haemorrhage, .infarct: 3
      case .none, .subarachnoid: 0
      }
    if push == 0 { return p }
    let fade = ramp(95, 15, Shape.length(p - Point(0, 0, 20)))
    return Point(p.x + push * fade, p.y, p.z)
  }

  private func hemisphere(_ p: Point, _ depth: Float) -> Float {
    let side = Shape.folded(p)
    // Folds: the zero surfaces of a warped noise are the sulci, the bands beside them the cortex.
    let warp = Point(noise.smooth(p / 17), noise.smooth(p / 17 + 40), noise.smooth(p / 17 + 80))
    let fold = noise.rough((p + warp * 9) / Point(15, 15, 19))
    let reach = ramp(27, 15, depth)
    let sulcus = ramp(0.06, 0.02, abs(fold)) * ramp(21, 14, depth)
    let cortex = max(ramp(5.5, 3.5, depth), ramp(0.33, 0.24, abs(fold)) * reach)
    var value = mix(26.5, 39, cortex) + noise.smooth(p / 2.2) * 1.1
    // Deep grey matter.
    let caudate = Shape.ellipsoid(side, Point(14.5, -21, 15), Point(4.5, 11, 9), turnedBy: 0.35)
    let thalamus = Shape.ellipsoid(side, Point(10.5, 9, 9), Point(8, 13, 10), turnedBy: -0.35)
    let lentiform = Shape.ellipsoid(side, Point(25, -5, 6), Point(6.5, 17, 10), turnedBy: 0.28)
    let insula = Shape.ellipsoid(side, Point(37, -4, 6), Point(3, 18, 12), turnedBy: 0.1)
    let deep = min(min(caudate, thalamus), min(lentiform, insula))
    value = mix(value, 39.5, ramp(0.8, -0.8, deep))
    // Sylvian and interhemispheric fissures.
    let sylvian = Shape.ellipsoid(side, Point(48, -8, 2), Point(12, 2.2, 9), turnedBy: -0.25)
    let between = abs(p.x) - (1.1 + ramp(-30, -70, p.y) * 0.9 + abs(noise.smooth(p / 8)) * 1.2)
    let isOpen = p.z > 28 || p.y < -32 || p.y > 34
    value = mix(value, 11, sulcus)
    value = mix(value, 10, ramp(0.6, -0.6, sylvian))
    if isOpen && p.z > -16 { value = mix(value, 14, ramp(0.7, -0.7, between)) }
    return value
  }

  private func hindbrain(_ p: Point, _ depth: Float) -> Float {
    let side = Shape.folded(p)
    // The folia are thin and concentric.
    let radius = Shape.length((p - Point(0, 24, -36)) * Point(0.9, 1, 1))
    let folia = ramp(0.2, 0.7, noise.smooth(Point(radius / 2.6, p.x / 16, p.z / 14)))
    var value = 36 + folia * 3 + noise.smooth(p / 2.2)
    let core = Shape.ellipsoid(side, Point(20, 44, -42), Point(10, 9, 8))
    value = mix(value, 30, ramp(2, -2, core))
    let stem = Shape.ellipsoid(p, Point(0, 16, -38), Point(15, 12, 34))
    value = mix(value, 33, ramp(0.8, -0.8, stem))
    // The tentorium's edge and the cisterns beside the stem.
    let cistern = abs(stem - 2) - 1.6
    if p.y < 30 { value = mix(value, 9, ramp(0.7, -0.7, cistern) * 0.9) }
    return value
  }

  private func ventricles(_ p: Point, _ value: Float) -> Float {
    guard p.z > -48, p.z < 44 else { return value }
    let side = Shape.folded(p)
    let frontal = Shape.ellipsoid(side, Point(8.5, -27, 15), Point(3.6, 14, 9), turnedBy: 0.4)
    let body = Shape.ellipsoid(side, Point(11, 2, 25), Point(5.5, 29, 7), turnedBy: -0.1)
    let atrium = Shape.ellipsoid(side, Point(21, 33, 13), Point(6, 13, 9), turnedBy: -0.35)
    let temporal = Shape.ellipsoid(side, Point(32, 6, -18), Point(3, 14, 3), turnedBy: 0.3)
    let third = Shape.ellipsoid(p, Point(0, 4, 2), Point(2.1, 13, 11))
    let fourth = Shape.ellipsoid(p, Point(0, 33, -36), Point(7, 5, 9))
    var distance = Shape.join(Shape.join(frontal, body, 4), atrium, 5)
    distance = min(min(distance, temporal), min(third, fourth))
    var value = value
    // The star of the suprasellar cistern, and the one behind the midbrain.
    let arms = Shape.ellipsoid(side, Point(9, -14, -22), Point(14, 3, 7), turnedBy: 0.5)
    let star = min(Shape.ellipsoid(p, Point(0, -10, -22), Point(8, 9, 7)), arms)
    let quadrigeminal = Shape.ellipsoid(p, Point(0, 31, -10), Point(13, 2.4, 7))
    value = mix(value, 9, ramp(0.7, -0.7, min(star, quadrigeminal)))
    value = mix(value, Self.fluid, ramp(0.6, -0.6, distance))
    // Calcified choroid plexus and pineal gland; the septum between the frontal horns.
    let plexus = Shape.ellipsoid(side, Point(22, 36, 13), Point(2, 4, 2.5), turnedBy: -0.35)
    let pineal = Shape.ellipsoid(p, Point(0, 24, 7), Point(2.2, 2.4, 2))
    value = mix(value, 150, ramp(0.5, -0.5, min(plexus, pineal)))
    return value
  }
}
