extension HeadPhantom {
  /// The lesion drawn over the brain.
  /// - Parameters:
  ///   - outerPoint: where the point is; `p` where it was before the mass pushed it.
  ///   - depth: millimetres from the bone.
  func lesions(_ outerPoint: Point, _ p: Point, depth: Float, value: Float) -> Float {
    let q = outerPoint
    switch lesion {
    case .none: return value
    case .subdural:
      // Along the whole convexity of one side, thickest in the middle.
      guard q.x > 0 else { return value }
      let extent = ramp(68, 24, abs(q.y - 6)) * ramp(-22, 4, q.z) * ramp(84, 56, q.z)
      let thickness = 14 * extent * ramp(8, 30, q.x)
      let blood = 66 + noise.smooth(q / 6) * 6
      return mix(value, blood, ramp(thickness + 0.7, thickness - 0.7, depth))
    case .epidural:
      let lens = Shape.ellipsoid(q, Point(66, -8, 8), Point(22, 33, 30))
      return mix(value, 68 + noise.smooth(q / 6) * 5, ramp(0.8, -0.8, lens))
    case .haemorrhage:
      let wobble = noise.smooth(p / 7) * 2.5
      let core = Shape.ellipsoid(p, Point(27, -4, 9), Point(12, 19, 14), turnedBy: 0.25) + wobble
      var value = mix(value, 20, ramp(7, 1, core))
      value = mix(value, 67 + noise.smooth(p / 5) * 4, ramp(0.8, -0.8, core))
      let breach = Shape.ellipsoid(p, Point(13, 4, 22), Point(5, 22, 4))
      return mix(value, 60, ramp(0.6, -0.6, breach))
    case .subarachnoid:
      // Wherever there is fluid outside of the ventricles, near the base above all.
      let side = Shape.folded(p)
      let ventricle = min(
        Shape.ellipsoid(side, Point(10, -8, 20), Point(9, 40, 13)),
        Shape.ellipsoid(p, Point(0, 4, 2), Point(4, 15, 13)))
      let amount = ramp(24, 10, value) * ramp(1, 4, ventricle) * ramp(42, 12, p.z)
      return mix(value, 62 + noise.smooth(p / 6) * 6, amount * ramp(40, 0, p.y) * 0.95)
    case .infarct:
      let wedge = Shape.ellipsoid(p, Point(46, 4, 14), Point(27, 40, 30)) + noise.smooth(p / 8) * 3
      let amount = ramp(2.5, -2.5, wedge)
      return value > 16
        ? mix(value, 19 + noise.smooth(p / 3), amount) : mix(value, 19, amount * 0.7)
    case .mass:
      let wobble = noise.smooth(p / 8) * 3
      let ring = Shape.ellipsoid(p, Point(33, 30, 26), Point(15, 17, 15)) + wobble
      // Oedema follows the white matter.
      let oedema = Shape.ellipsoid(p, Point(30, 22, 25), Point(30, 38, 24)) + wobble * 2
      var value = value
      if value < 34 || oedema < -9 { value = mix(value, 18, ramp(3, -3, oedema)) }
      value = mix(value, 62, ramp(0.7, -0.7, ring))
      return mix(value, 17, ramp(-3.4, -4.8, ring))
    }
  }

  /// Orbits, sinuses and the petrous bones, drawn over bone and soft tissue of the lower head.
  func face(_ p: Point, _ value: Float) -> Float {
    let side = Shape.folded(p)
    var value = value
    let septa = noise.rough(p / 5)
    // Orbit: bony wall, fat, muscles, nerve, globe with lens.
    let orbit = Shape.ellipsoid(side, Point(30, -62, -42), Point(19, 27, 17), turnedBy: 0.32)
    if orbit < 3 {
      if orbit > 0, p.y > -82 { value = mix(value, 780, ramp(2.6, 1.8, orbit)) }
      if orbit <= 0 {
        value = -82 + noise.smooth(p / 5) * 10
        let muscles = min(
          Shape.rod(side, Point(18, -68, -42), Point(14, -42, -41), 2.2),
          Shape.rod(side, Point(43, -68, -42), Point(20, -40, -41), 2.2))
        let nerve = Shape.rod(side, Point(30, -62, -42), Point(13, -38, -41), 2)
        value = mix(value, 45, ramp(0.5, -0.5, min(muscles, nerve)))
      }
    }
    let globe = Shape.ellipsoid(side, Point(31, -71, -42), Point(12.2, 12.2, 12.2))
    if globe < 0.6 {
      value = mix(value, globe > -1.4 ? 48 : 12, ramp(0.5, -0.5, globe))
      let lens = Shape.ellipsoid(side, Point(31, -80, -42), Point(4.6, 2, 4.6))
      value = mix(value, 85, ramp(0.4, -0.4, lens))
    }
    // Sinuses: air with thin walls of bone.
    let ethmoid = Shape.ellipsoid(p, Point(0, -60, -44), Point(11, 21, 16))
    let sphenoid = Shape.ellipsoid(p, Point(0, -28, -48), Point(13, 11, 10))
    let frontal = Shape.ellipsoid(side, Point(10, -79, -16), Point(11, 4.5, 10))
    let sinus = min(min(ethmoid, sphenoid), frontal)
    if sinus < 2 {
      let wall = ramp(2, 1, sinus) * ramp(-0.9, 0.2, sinus)
      value = mix(value, 650, wall)
      let cells = ethmoid < 0 ? ramp(0.10, 0.18, abs(septa)) : 1
      let septum = sphenoid < 0 || frontal < 0 ? ramp(0.5, 1.1, abs(p.x - 1)) : 1
      value = mix(value, mix(180, -980, cells * septum), ramp(0.2, -0.8, sinus))
    }
    // Petrous bones and mastoid cells.
    let petrous = Shape.ellipsoid(side, Point(36, 8, -50), Point(31, 10, 11), turnedBy: -0.7)
    value = mix(value, 1350 + septa * 250, ramp(0.8, -0.8, petrous))
    let mastoid = Shape.ellipsoid(side, Point(55, 27, -54), Point(11, 15, 17))
    if mastoid < 1 {
      let cells = mix(700, -820, ramp(0.12, 0.3, abs(septa)))
      value = mix(value, cells, ramp(0.8, -0.8, mastoid))
    }
    let canal = Shape.rod(side, Point(40, 7, -50), Point(90, 4, -52), 3.2)
    return mix(value, -950, ramp(0.5, -0.5, canal))
  }
}
