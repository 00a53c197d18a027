extension ChestPhantom {
  /// Skin, fat, muscle, ribs, scapulae, sternum.
  func wall(_ p: Point, cage: Float, depth: Float) -> Float {
    let side = Shape.folded(p)
    let texture = noise.smooth(p / 5) * 10
    var value: Float = 55 + texture
    let fatDepth = 13 + noise.smooth(p / 40) * 3 - ramp(60, 130, p.z) * 5
    let muscleFat = noise.rough(p / Point(16, 9, 22))
    if cage > 13 { value = mix(value, -95, ramp(0.30, 0.45, muscleFat)) }
    value = mix(-104 + texture * 0.5, value, ramp(fatDepth - 1, fatDepth + 1, depth))
    if depth < 1.8 { value = 30 }

    // Ribs: bands around the cage that fall to the front; cartilage beside the sternum.
    let slope = (p.y - 60) * 0.55
    let phase = (p.z - slope + 400) / 25
    let band = abs(phase - phase.rounded(.down) - 0.5) * 25
    let height: Float = 5.2
    let dx = (cage - 6.5) / 5.5
    let dz = band / height
    let rib = (dx * dx + dz * dz).squareRoot() - 1
    let isCartilage = p.y < -58
    if p.z > -188, !(isCartilage && abs(p.x) < 14) {
      let marrow: Float = isCartilage ? 110 : 230 + noise.smooth(p / 3) * 60
      let bone = isCartilage ? 130 : mix(marrow, 900, ramp(-0.45, -0.25, rib))
      value = mix(value, bone, ramp(0.06, -0.06, rib))
    }
    let manubrium = Shape.ellipsoid(
      p, Point(0, -85 + ramp(20, 120, p.z) * 24, 20), Point(19, 6.5, 110))
    value = mix(value, mix(190, 620, ramp(-2.2, -1.2, manubrium)), ramp(0.7, -0.7, manubrium))
    let blade = max(
      Shape.ellipsoid(side, Point(88, 74, 60), Point(46, 5, 72), turnedBy: -0.6), -cage - 1)
    value = mix(value, 520 + noise.smooth(p / 4) * 120, ramp(0.7, -0.7, blade))
    let clavicle = Shape.rod(side, Point(16, -58, 118), Point(132, -14, 146), 5.8)
    value = mix(value, mix(300, 950, ramp(-3, -1.6, clavicle)), ramp(0.7, -0.7, clavicle))
    let humerus = Shape.ellipsoid(side, Point(152, 14, 158), Point(19, 20, 24))
    return mix(value, mix(260, 900, ramp(-3, -1.6, humerus)), ramp(0.7, -0.7, humerus))
  }

  /// Vertebrae with discs, canal and processes.
  func spine(_ p: Point, _ value: Float) -> Float {
    guard p.y > 34, abs(p.x) < 46 else { return value }
    let side = Shape.folded(p)
    let curve = ramp(-40, 60, p.z) * 6 + ramp(160, 60, p.z) * 2
    let level = (p.z + 400) / 26
    let within = abs(level - level.rounded(.down) - 0.5) * 26
    let isDisc = within > 10.6
    var value = value
    let waist = within < 8 ? Float(1.6) : 0
    let bodyDistance = Shape.ellipsoid(
      Point(p.x, p.y, 0), Point(0, 56 + curve, 0), Point(20 - waist, 16 - waist, 4000))
    if isDisc {
      value = mix(value, 85, ramp(0.8, -0.8, bodyDistance))
    } else {
      let trabeculae = 190 + noise.smooth(p / 2.5) * 60
      let cortex = max(ramp(-2.2, -1.2, bodyDistance), ramp(9, 10.4, within))
      value = mix(value, mix(trabeculae, 720, cortex), ramp(0.8, -0.8, bodyDistance))
    }
    let canal = Shape.ellipsoid(
      Point(p.x, p.y, 0), Point(0, 80 + curve, 0), Point(10, 8.5, 4000))
    let arch = abs(canal - 2.2) - 2.2
    if within < 9.5 { value = mix(value, 760, ramp(0.7, -0.7, arch)) }
    value = mix(value, 22, ramp(0.6, -0.6, canal))
    let cord = Shape.column(p, 0, 79 + curve, 4.6)
    value = mix(value, 42, ramp(0.6, -0.6, cord))
    let tilt = within * 0.3
    let spinous = Shape.rod(
      Point(p.x, p.y, 0), Point(0, 91 + curve, 0), Point(0, 104 + curve + tilt * 0.3, 0), 3)
    if within < 8 { value = mix(value, 600, ramp(0.7, -0.7, spinous)) }
    let transverse = Shape.rod(
      Point(side.x, p.y, 0), Point(12, 78 + curve, 0), Point(34, 84 + curve, 0), 4)
    if within < 5 { value = mix(value, 520, ramp(0.7, -0.7, transverse)) }
    return value
  }
}
