/// A chest: wall with ribs and spine, lungs with vessels, heart and great vessels, diaphragm with
/// liver and stomach; with one lesion if wanted.
public struct ChestPhantom: Phantom {
  /// What is wrong in the chest.
  public enum Lesion: String, Sendable, CaseIterable {
    case none
    /// A spiculated nodule in the right upper lobe.
    case nodule
    /// Air between lung and wall on the patient's left.
    case pneumothorax
    /// Fluid behind and below the right lung.
    case effusion
    /// A consolidated right lower lobe with air bronchograms.
    case pneumonia
    /// Filling defects in the pulmonary arteries.
    case embolism
    /// An enlarged heart, wide vessels, a little fluid on both sides.
    case failure
  }

  let lesion: Lesion
  /// Contrast medium in heart and vessels.
  let hasContrast: Bool
  let noise: Noise

  /// - Parameter seed: vessels and texture; equal seeds give equal chests.
  public init(lesion: Lesion = .none, hasContrast: Bool = false, seed: UInt64 = 1) {
    self.lesion = lesion
    self.hasContrast = hasContrast || lesion == .embolism
    noise = Noise(seed: seed)
  }

  public func density(at p: SIMD3<Float>) -> Float {
    let skin = body(p)
    if skin > 0.8 { return table(p) }
    let cage = self.cage(p)
    var value: Float
    if cage < 0 {
      value = inside(p, cage)
    } else {
      value = wall(p, cage: cage, depth: -skin)
    }
    value = spine(p, value)
    return mix(value, -1000, ramp(-0.8, 0.8, skin))
  }

  /// The examination table below the back.
  private func table(_ p: Point) -> Float {
    let curve = p.y - (128 - p.x * p.x / 900)
    return abs(curve) < 1.6 && abs(p.x) < 200 ? -350 : -1000
  }

  private func body(_ p: Point) -> Float {
    let shoulder = ramp(70, 150, p.z)
    let trunk = Shape.ellipsoid(
      Point(p.x, p.y, 0), Point(0, 4, 0), Point(163 - shoulder * 4, 110 - shoulder * 22, 4000))
    let q = Shape.folded(p)
    let arm = Shape.ellipsoid(q, Point(118, 18, 168), Point(58, 46, 70))
    return Shape.join(trunk, arm, 24)
  }

  /// The inner surface of the rib cage; narrower at the top.
  func cage(_ p: Point) -> Float {
    let top = ramp(40, 165, p.z)
    let width = 134 * (1 - top * 0.62) - ramp(-60, -160, p.z) * 4
    let depth = 84 * (1 - top * 0.42)
    return Shape.ellipsoid(
      Point(p.x, p.y, 0), Point(0, 2 + top * 10, 0), Point(width, depth, 4000))
  }

  /// The roof of the abdomen: two domes, the right one higher.
  func diaphragm(_ p: Point) -> Float {
    let side = p.x < 0 ? Float(0) : -10
    let dx = (abs(p.x) - 66) / 78
    let dy = (p.y - 4) / 92
    let dome = 1 - dx * dx - dy * dy
    return p.z - (-150 + side + 62 * max(0, dome).squareRoot() + 12 * min(0, dome))
  }

  private func inside(_ p: Point, _ cage: Float) -> Float {
    let below = diaphragm(p)
    if below < 0 { return abdomen(p, depth: -below) }
    // Far from the middle there is nothing to measure.
    let middle = abs(p.x - 14) > 104 ? abs(p.x - 14) - 70 : mediastinum(p)
    if middle < 0 { return centre(p, middle) }
    // Each lung ends a little inside of the cage and above the diaphragm.
    let edge = max(cage + 2, max(-middle + 0.5, -below + 1))
    return lung(p, edge: edge, cage: cage, middle: middle)
  }

  private func abdomen(_ p: Point, depth: Float) -> Float {
    let texture = noise.smooth(p / 6) * 4
    let stomach = Shape.ellipsoid(p, Point(70, -6, -172), Point(46, 44, 44))
    let spleen = Shape.ellipsoid(p, Point(96, 44, -170), Point(26, 34, 44))
    let liver = p.x - 34 - p.y * 0.5 + noise.smooth(p / 20) * 5 - (p.z + 150) * 0.4
    var value = mix(-85, hasContrast ? 95 : 58, ramp(2, -2, liver)) + texture
    value = mix(value, hasContrast ? 110 : 48, ramp(1, -1, spleen))
    if stomach < 0 { value = p.y < -12 ? -960 : 22 }
    value = mix(value, 35, ramp(0.6, -0.6, abs(stomach) - 2.2))
    return mix(60, value, ramp(1, 3, depth))
  }
}
