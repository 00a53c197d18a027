import Foundation

/// A picture of a curved ultrasound probe: a fan with speckle.
public enum Ultrasound {
  /// What lies below the probe.
  public enum Scene: String, Sendable, CaseIterable {
    /// Liver and right kidney.
    case liverAndKidney
    /// A gallbladder with stones and their shadow.
    case gallstones
    /// A kidney with a dilated collecting system.
    case hydronephrosis
  }

  /// Renders a frame.
  /// - Parameters:
  ///   - width: pixels; the height is 0.8 times that.
  ///   - seed: makes the speckle.
  public static func frame(_ scene: Scene, width: Int, seed: UInt64) -> BytePlane {
    let width = max(16, width)
    let height = width * 4 / 5
    let noise = Noise(seed: seed)
    var values = [UInt8](repeating: 0, count: width * height)
    let scale = 190 / Float(height)
    // The probe's surface is an arc of 55 mm radius; depth counts from there.
    let radius: Float = 55
    for row in 0..<height {
      let y = Float(row) * scale - 8 + radius * 0.78
      for column in 0..<width {
        let x = (Float(column) - Float(width) / 2) * scale
        let distance = (x * x + y * y).squareRoot()
        let angle = Float(atan2(Double(x), Double(y)))
        let depth = distance - radius
        guard depth > 0, depth < 165, abs(angle) < 0.64 else { continue }
        let p = Point(x, depth, 0)
        let shine = brightness(scene, p, angle: angle, noise)
        // Speckle: cells of the beam, wider with depth; Rayleigh distributed.
        let beam = Point(angle * 95, depth / 1.15, 0)
        let u = noise.smooth(beam + Point(0, 0, 3.3))
        let v = noise.smooth(beam + Point(50.5, 20.1, 8.8))
        let fine = noise.smooth(Point(angle * 180, depth / 0.7, 5))
        let amplitude = (u * u + v * v).squareRoot() * 1.9 + 0.12 + abs(fine) * 0.25
        let fade = 1 - depth / 430
        let decibels = 20 * log10(Double(max(0.0008, shine * amplitude * fade * 0.55)))
        let level = (decibels + 30) / 42 * 255
        values[row * width + column] = UInt8(max(0, min(255, level)))
      }
    }
    return BytePlane(width: width, height: height, values: values)
  }

  /// Echo strength, 1 for liver.
  private static func brightness(_ scene: Scene, _ p: Point, angle: Float, _ noise: Noise)
    -> Float
  {
    let wobble = Point(noise.smooth(p / 16), noise.smooth(p / 16 + 30), 0) * 2.4
    let q = p + wobble
    // Skin, fat and muscle layers.
    if p.y < 16 {
      let layers = abs(noise.smooth(Point(angle * 3, p.y / 1.7, 1)))
      return 0.24 + ramp(0.15, 0, layers) * 1.3 + ramp(3, 0, p.y) * 1.4
    }
    var value = 0.42 + noise.rough(p / 11) * 0.07
    // Portal branches have bright walls, hepatic veins none.
    let portal = min(
      Shape.rod(q, Point(-38, 58, 0), Point(-6, 74, 0), 3.6),
      Shape.rod(q, Point(-6, 74, 0), Point(16, 60, 0), 2.6))
    let veins = min(
      Shape.rod(q, Point(-52, 84, 0), Point(-14, 112, 0), 4),
      Shape.rod(q, Point(8, 36, 0), Point(-14, 50, 0), 2.2))
    value = mix(value, 1.1, ramp(1.8, 0.4, abs(portal) - 0.5))
    value = mix(value, 0.012, ramp(0.6, -0.6, min(portal, veins)))
    // Diaphragm: a bright curve, lung artefact behind.
    let dome = Shape.length(q - Point(-18, 66, 0)) - 88
    if dome > 0 { value = 0.16 + noise.rough(p / 7) * 0.05 }
    value += ramp(2.2, 0.3, abs(dome)) * 2.2
    switch scene {
    case .liverAndKidney: return kidney(q, value, noise, dilation: 0)
    case .hydronephrosis: return kidney(q, value, noise, dilation: 1)
    case .gallstones: return gallbladder(q, angle: angle, value)
    }
  }

  private static func kidney(_ p: Point, _ value: Float, _ noise: Noise, dilation: Float) -> Float {
    let center = Point(22, 92, 0)
    let capsule = Shape.ellipsoid(p, center, Point(54, 27, 40), turnedBy: 0.18)
    guard capsule < 2.4 else { return value }
    if capsule > 0 { return 1.3 }
    var value = 0.27 + noise.rough(p / 5) * 0.04
    let sinus = Shape.ellipsoid(p, center, Point(33, 12, 30), turnedBy: 0.18)
    // Pyramids between cortex and sinus.
    for index in 0..<7 {
      let side: Float = index % 2 == 0 ? -1 : 1
      let along = (Float(index) - 3) * 11
      let pyramid = Shape.ellipsoid(
        p, center + Point(along + 2, side * 15.5 + along * 0.18, 0), Point(5, 5, 20))
      value = mix(value, 0.1, ramp(1, -1, pyramid))
    }
    value = mix(value, 1.5 + noise.smooth(p / 3) * 0.4, ramp(2.5, -2.5, sinus))
    if dilation > 0 {
      let pelvis = Shape.ellipsoid(p, center, Point(22, 8.5, 20), turnedBy: 0.18)
      let calyces = (0..<5).map { index in
        let along = (Float(index) - 2) * 14
        return Shape.rod(
          p, center + Point(along * 0.5, along * 0.09, 0),
          center + Point(along * 1.35, (index % 2 == 0 ? -11 : 11) + along * 0.2, 0), 4.4)
      }
      let fluid = Shape.join(pelvis, calyces.min() ?? pelvis, 5)
      value = mix(value, 0.008, ramp(0.7, -0.7, fluid))
    }
    return value
  }

  private static func gallbladder(_ p: Point, angle: Float, _ value: Float) -> Float {
    let center = Point(10, 62, 0)
    let sac = Shape.ellipsoid(p, center, Point(33, 16, 30), turnedBy: -0.5)
    var value = value
    value = mix(value, 1.3, ramp(2.6, 1.6, abs(sac) + 0.4))
    value = mix(value, 0.006, ramp(0.6, -0.6, sac))
    let stones = [Point(18, 76.5, 0), Point(7, 73, 0), Point(27, 77, 0)]
    for (index, stone) in stones.enumerated() {
      let size: Float = [6.2, 4.2, 3.4][index]
      let distance = Shape.length(p - stone) - size
      // Shadow: away from the probe along the beam.
      let beam = stone / (stone.y + 55)
      let lateral = abs(p.x - beam.x * (p.y + 55))
      if p.y > stone.y, lateral < size * 0.92 {
        value *= mix(1, 0.05, ramp(size * 0.92, size * 0.6, lateral) * ramp(0, 3, p.y - stone.y))
      }
      // Only the near side of a stone shines.
      let crescent = distance < 0.8 && p.y < stone.y + size * 0.2
      if crescent { value = max(value, 3.2 * ramp(0.8, -0.6, distance)) }
    }
    // Fluid lets more sound through.
    if p.y > center.y + 8, abs(p.x - center.x + 10) < 14, sac > 0 { value *= 1.5 }
    return value
  }
}
