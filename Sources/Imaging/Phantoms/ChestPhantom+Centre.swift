extension ChestPhantom {
  /// Heart, great vessels and what surrounds them; negative inside.
  func mediastinum(_ p: Point) -> Float {
    let column = Shape.ellipsoid(
      Point(p.x, p.y, 0), Point(2, 26, 0), Point(27 + ramp(90, 140, p.z) * 6, 62, 4000))
    let arch = Shape.rod(p, Point(-8, -6, 52), Point(24, 34, 56), 17)
    let descending = Shape.column(p, 26, 38, 15.5)
    var distance = Shape.join(column, heart(p) - 2.5, 10)
    distance = Shape.join(distance, arch, 8)
    distance = Shape.join(distance, p.z < 58 ? descending : 40, 6)
    let hilum = Shape.ellipsoid(Shape.folded(p), Point(34, 16, 4), Point(15, 14, 20))
    return Shape.join(distance, hilum, 8)
  }

  func heart(_ p: Point) -> Float {
    let size: Float = lesion == .failure ? 1.28 : 1
    let left = Shape.ellipsoid(
      p, Point(30, -26, -58), Point(50, 40, 46) * size, turnedBy: 0.5)
    let right = Shape.ellipsoid(p, Point(-14, -22, -48), Point(36, 38, 48) * size)
    return Shape.join(left, right, 14)
  }

  func centre(_ p: Point, _ distance: Float) -> Float {
    let texture = noise.smooth(p / 4) * 5
    let blood: Float = hasContrast ? 210 : 46
    let muscle: Float = hasContrast ? 100 : 48
    var value: Float = -92 + texture
    // Heart: muscle around two cavities, fat in the grooves.
    let heart = self.heart(p)
    if heart < 1 {
      let left = Shape.ellipsoid(p, Point(38, -24, -58), Point(27, 22, 28), turnedBy: 0.5)
      let right = Shape.ellipsoid(p, Point(-16, -26, -46), Point(25, 28, 36))
      let atrium = Shape.ellipsoid(p, Point(8, 18, -24), Point(30, 16, 20))
      var inside = mix(muscle, blood * 0.95, ramp(1, -1, min(left, atrium)))
      inside = mix(inside, blood * 0.8, ramp(1, -1, right))
      let groove = abs(p.x - 6 + p.y * 0.3) + max(0, p.y + 30) * 0.2
      if heart > -7 { inside = mix(inside, -80, ramp(6, 3, groove)) }
      value = mix(value, inside + texture, ramp(0.9, -0.9, heart))
    }
    // Vessels.
    let ascending = max(Shape.column(p, -10, -10, 15.5), max(p.z - 50, -28 - p.z))
    let arch = Shape.rod(p, Point(-10, -6, 50), Point(24, 34, 54), 13.5)
    let descending = p.z < 56 ? Shape.column(p, 26, 38, 12.5) : 40
    let cava = max(Shape.column(p, -26, 0, 9.5), -20 - p.z)
    let trunk = Shape.rod(p, Point(16, -20, 4), Point(20, 4, 22), 13.5)
    let rightArtery = Shape.rod(p, Point(16, 4, 20), Point(-40, 12, 12), 10)
    let leftArtery = Shape.rod(p, Point(22, 4, 24), Point(42, 20, 18), 10)
    let branches = min(
      Shape.rod(p, Point(-6, -2, 64), Point(-22, -12, 120), 6.5),
      min(
        Shape.rod(p, Point(6, 6, 66), Point(12, 0, 130), 4.5),
        Shape.rod(p, Point(18, 20, 66), Point(34, 14, 130), 5.5)))
    let aorta = min(min(ascending, arch), min(descending, branches))
    value = mix(value, blood + texture, ramp(0.8, -0.8, aorta))
    let pulmonary = min(trunk, min(rightArtery, leftArtery))
    value = mix(value, (hasContrast ? 290 : 45) + texture, ramp(0.8, -0.8, pulmonary))
    value = mix(value, (hasContrast ? 160 : 45) + texture, ramp(0.8, -0.8, cava))
    if lesion == .embolism {
      let clot = min(
        Shape.rod(p, Point(-2, 9, 18), Point(-42, 13, 11), 4.6),
        Shape.rod(p, Point(26, 8, 22), Point(44, 21, 18), 4.2))
      value = mix(value, 48, ramp(0.7, -0.7, clot))
    }
    // Oesophagus, nodes, airways.
    value = mix(
      value, 40,
      ramp(
        0.7, -0.7,
        Shape.ellipsoid(
          Point(p.x, p.y, 0), Point(10, 36, 0), Point(8, 5.5, 4000))))
    let node = noise.smooth(p / 9)
    value = mix(value, 40, ramp(0.62, 0.7, node) * ramp(-3, -6, distance))
    return airway(p, value)
  }

  /// Trachea and main bronchi: walls and air.
  func airway(_ p: Point, _ value: Float) -> Float {
    let trachea = max(Shape.column(p, -2, 16, 9), 28 - p.z)
    let right = Shape.rod(p, Point(-2, 16, 30), Point(-36, 20, 2), 7)
    let left = Shape.rod(p, Point(-2, 16, 30), Point(42, 22, 2), 6)
    let air = Shape.join(trachea, min(right, left), 3)
    var value = mix(value, 40, ramp(2.6, 1.8, air))
    value = mix(value, -985, ramp(0.6, -0.6, air))
    return value
  }
}
