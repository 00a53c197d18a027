import Imaging
import Testing

@Suite struct PhantomTests {
  /// Mean of a square of the plane around a point of the patient.
  static func mean(
    _ phantom: some Phantom, at point: SIMD3<Float>, radius: Float = 2
  ) -> Float {
    var sum: Float = 0
    var count: Float = 0
    for dx in stride(from: -radius, through: radius, by: 0.5) {
      for dy in stride(from: -radius, through: radius, by: 0.5) {
        sum += phantom.density(at: point + SIMD3(dx, dy, 0))
        count += 1
      }
    }
    return sum / count
  }

  @Test func aHeadHasTheDensitiesOfAHead() {
    let head = HeadPhantom(seed: 3)
    #expect(Self.mean(head, at: SIMD3(0, 0, 120)) < -990)
    // The vault between its tables.
    #expect(Self.mean(head, at: SIMD3(0, 90, 20), radius: 1) > 300)
    #expect((20...45).contains(Self.mean(head, at: SIMD3(24, 10, 45), radius: 4)))
    // Frontal horn, globe, orbital fat.
    #expect((0...20).contains(Self.mean(head, at: SIMD3(8.5, -27, 15), radius: 1)))
    #expect((5...30).contains(Self.mean(head, at: SIMD3(31, -71, -42))))
    #expect(Self.mean(head, at: SIMD3(23.5, -61, -42), radius: 1) < 0)
  }

  @Test func lesionsChangeTheSideTheyAreOn() {
    let sound = HeadPhantom(seed: 3)
    let ill = HeadPhantom(lesion: .subdural, seed: 3)
    let left = SIMD3<Float>(56, 5, 20)
    let right = SIMD3<Float>(-56, 5, 20)
    #expect(Self.mean(ill, at: left) - Self.mean(sound, at: left) > 20)
    #expect(abs(Self.mean(ill, at: right) - Self.mean(sound, at: right)) < 12)
    let chest = ChestPhantom(seed: 3)
    let air = ChestPhantom(lesion: .pneumothorax, seed: 3)
    let apex = SIMD3<Float>(118, 0, 20)
    #expect(Self.mean(air, at: apex) < Self.mean(chest, at: apex) - 60)
  }

  @Test func slicesAreReproducibleAndSeedsDiffer() {
    let stack = SliceStack.head(size: 48)
    let phantom = HeadPhantom(seed: 9)
    let a = phantom.slice(15, of: stack, noise: 4, seed: 1)
    #expect(a == HeadPhantom(seed: 9).slice(15, of: stack, noise: 4, seed: 1))
    #expect(a != HeadPhantom(seed: 10).slice(15, of: stack, noise: 4, seed: 1))
    #expect(a.values.count == 48 * 48)
  }

  @Test func theChestXRayShowsDarkLungsAndABrightMiddle() {
    let image = Radiograph.chest(ChestPhantom(seed: 2), width: 64, seed: 1)
    func value(_ x: Double, _ y: Double) -> Int {
      Int(image.values[Int(y * Double(image.height)) * image.width + Int(x * Double(image.width))])
    }
    let lung = value(0.28, 0.42)
    #expect(value(0.5, 0.5) > lung + 500)
    #expect(value(0.3, 0.95) > lung + 500)
    #expect(image.values.allSatisfy { (0...4095).contains($0) })
  }

  @Test func windowsAreLinearAndClamped() {
    let plane = GrayPlane(width: 5, height: 1, values: [-1000, 0, 40, 80, 3000])
    let bytes = plane.bytes(window: GrayWindow(center: 40, width: 81)).values
    #expect(bytes.first == 0 && bytes.last == 255)
    #expect(bytes[1] < 5 && bytes[3] > 250)
    #expect((126...131).contains(bytes[2]))
  }

  @Test func downscalingAveragesAreas() {
    let plane = BytePlane(width: 4, height: 2, values: [0, 100, 200, 200, 100, 200, 0, 0])
    let small = plane.downscaled(to: 2)
    #expect(small.width == 2 && small.height == 1)
    #expect(small.values == [100, 100])
    #expect(plane.downscaled(to: 10) == plane)
    #expect(BytePlane(width: 3, height: 1, values: [7]).values == [7, 0, 0])
  }

  @Test func theUltrasoundIsAFanWithShadows() {
    let frame = Ultrasound.frame(.gallstones, width: 240, seed: 1)
    #expect(frame.values[0] == 0 && frame.values[239] == 0)
    #expect(frame.values.filter { $0 > 40 }.count > frame.values.count / 10)
  }
}
