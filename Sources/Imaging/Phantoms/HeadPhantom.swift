/// A head: scalp, skull with diploe and base, brain with grey and white matter, ventricles, basal
/// ganglia, cerebellum, orbits, sinuses; with one lesion if wanted.
public struct HeadPhantom: Phantom {
  /// What is wrong in the head. Lesions of one side are on the patient's left.
  public enum Lesion: String, Sendable, CaseIterable {
    case none
    /// A crescent of fresh blood along the convexity, with midline shift.
    case subdural
    /// A lens of fresh blood under the temporal bone.
    case epidural
    /// A bleeding into the basal ganglia.
    case haemorrhage
    /// Blood in the basal cisterns and fissures.
    case subarachnoid
    /// A swollen territory of the middle cerebral artery.
    case infarct
    /// A ring-enhancing mass with oedema.
    case mass
  }

  let lesion: Lesion
  let noise: Noise
  /// Small differences between heads.
  let scale: Point

  /// - Parameter seed: folds and proportions; equal seeds give equal heads.
  public init(lesion: Lesion = .none, seed: UInt64 = 1) {
    self.lesion = lesion
    noise = Noise(seed: seed)
    let vary = Noise(seed: seed &+ 77)
    scale = Point(
      1 + (vary.lattice(1, 0, 0) - 0.5) * 0.06, 1 + (vary.lattice(2, 0, 0) - 0.5) * 0.06, 1)
  }

  public func density(at point: SIMD3<Float>) -> Float {
    let p = point * scale
    let skin = outer(p)
    if skin > 1 { return headrest(p) }
    let cavity = self.cavity(p)
    var value: Float
    if cavity < 0 {
      value = intracranial(p, depth: -cavity)
    } else {
      value = softTissue(p, depth: -skin)
      // The vault is thick, the floor of the skull thin.
      let floor =
        ramp(-16, -26, p.z) * ramp(30, 8, p.y)
        * ramp(0.92, 0.8, Shape.length(Point(p.x / 76, p.y / 95, 0)))
      let thickness = 6 + noise.smooth(p / 26) * 1.3 + ramp(20, 60, p.y) * 1.5 - floor * 3.9
      if cavity < thickness {
        let t = cavity / thickness
        // Two dense tables and the diploe between.
        let diploe = ramp(0.2, 0.45, t) * ramp(0.85, 0.6, t)
        let vault = 1250 - diploe * (620 + noise.smooth(p / 3) * 160)
        value = mix(value, vault, ramp(thickness, thickness - 0.8, cavity))
      }
      if p.z < 4 { value = face(p, value) }
    }
    return mix(value, -1000, ramp(-0.6, 0.6, skin))
  }

  /// The cushion under the head.
  private func headrest(_ p: Point) -> Float {
    let rim = abs(Shape.ellipsoid(p, Point(0, 12, 0), Point(104, 112, 2000))) - 1.6
    return rim < 0 && p.y > 62 ? -180 : -1000
  }

  private func outer(_ p: Point) -> Float {
    // Wider behind than in front.
    let widening = 1 + 0.0007 * p.y
    let q = Point(p.x / widening, p.y, p.z)
    let below: Float = p.z < 0 ? 190 : 99
    let skull = Shape.ellipsoid(q, .zero, Point(76, 95, below))
    if p.z > -30 { return skull }
    let nose = Shape.ellipsoid(p, Point(0, -92, -62), Point(13, 16, 26))
    return Shape.join(skull, nose, 6)
  }

  /// The inside of the skull, with the three steps of its base.
  func cavity(_ p: Point) -> Float {
    let widening = 1 + 0.0007 * p.y
    let q = Point(p.x / widening, p.y, p.z)
    let vault = Shape.ellipsoid(q, Point(0, 1, -2), Point(65, 84, p.z < -2 ? 130 : 89))
    let side = Shape.folded(p)
    // The floor falls from the roof of the orbits to the tentorium.
    let floor = (-24 - ramp(-40, -8, p.y) * 8 - ramp(8, 34, p.y) * 40) - p.z
    let upper = max(vault, floor)
    let temporal = max(
      vault, Shape.ellipsoid(side, Point(36, -12, -36), Point(25, 31, 21)))
    let posterior = max(
      vault, Shape.ellipsoid(p, Point(0, 42, -44), Point(50, 40, 34)))
    return Shape.join(Shape.join(upper, temporal, 5), posterior, 5)
  }

  private func softTissue(_ p: Point, depth: Float) -> Float {
    if depth < 1.8 { return 40 }
    let muscle = 52 + noise.smooth(p / 5) * 10
    let fat: Float = -92 + noise.smooth(p / 4) * 14
    if depth < 5.5 { return fat }
    // Muscle and fat planes of the face and neck.
    return mix(fat, muscle, ramp(-0.35, -0.1, noise.rough(p / 13)))
  }
}
