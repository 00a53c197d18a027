import Testing

@testable import Screen

/// Greys, patterns of few greys, and the best two colours of a cell.
@Suite struct GrayTests {
  /// On average over the pattern, light is right, and it never gets darker for a brighter value.
  @Test(arguments: [ColorDepth.palette256, .sixteen, .eight])
  func patternsHaveTheRightLight(_ depth: ColorDepth) {
    let levels = GrayLevels.of(depth)
    var last = -1.0
    for value in 0...255 {
      var light = 0.0
      for place in 0..<64 {
        let index = levels.index(UInt8(value), x: place & 7, y: place >> 3)
        light += Self.light(Int(levels.brightness[index]), depth) / 64
      }
      #expect(light >= last)
      last = light
      // A 64th of the step to the next level, at most.
      let steps = zip(levels.brightness, levels.brightness.dropFirst())
      let step = steps.first { Int($0.0) <= value && value <= Int($0.1) }
      let size = step.map { Self.light(Int($0.1), depth) - Self.light(Int($0.0), depth) } ?? 0
      #expect(abs(light - Self.light(value, depth)) <= size / 64 + 1, "\(value)")
    }
  }

  /// Of two levels the numbers count, of more the light that they stand for.
  private static func light(_ value: Int, _ depth: ColorDepth) -> Double {
    depth == .eight ? Double(value) : Double(value * value)
  }

  @Test func levels() {
    #expect(GrayLevels.trueColor.colors.count == 256)
    #expect(GrayLevels.palette256.brightness.count == 30)
    #expect(GrayLevels.palette256.brightness.first == 0)
    #expect(GrayLevels.palette256.brightness.last == 255)
    #expect(GrayLevels.sixteen.colors == [.indexed(0), .indexed(8), .indexed(7), .indexed(15)])
    #expect(Set(GrayLevels.thresholds).count == 64)
  }

  /// No other split of the samples has a smaller squared error.
  @Test func twoLevelsAreTheBest() {
    var state: UInt32 = 99
    for round in 0..<3000 {
      let count = [4, 6, 8][round % 3]
      let samples = (0..<count).map { _ -> UInt8 in
        state = state &* 1_664_525 &+ 1_013_904_223
        return round % 5 == 0 ? UInt8(state >> 30) * 80 : UInt8(state >> 24)
      }
      let two = samples.withUnsafeBufferPointer { TwoLevels($0) }
      func error(_ pattern: Int) -> Double {
        var total = 0.0
        for isBright in [true, false] {
          let part = samples.indices.filter { (pattern >> $0 & 1 == 1) == isBright }
            .map { Double(samples[$0]) }
          guard !part.isEmpty else { continue }
          let mean = part.reduce(0, +) / Double(part.count)
          total += part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
        return total
      }
      let best = (0..<(1 << count)).map(error).min() ?? 0
      #expect(abs(error(two.pattern) - best) < 1e-6, "\(samples)")
      #expect(two.bright >= two.dark)
    }
  }

  @Test func glyphs() {
    #expect(BlockGlyphs.sextants.count == 64 && Set(BlockGlyphs.sextants).count == 64)
    // The Unicode names: sextant-1, sextant-12, sextant-6, sextant-23456.
    for (pattern, value) in [(1, 0x1FB00), (3, 0x1FB02), (32, 0x1FB1E), (62, 0x1FB3B)] {
      #expect(BlockGlyphs.sextants[pattern][0] == UInt32(value))
    }
    // Dots 1, 4, 2, 7 and 8 of Braille.
    for (pattern, value) in [(1, 0x2801), (2, 0x2808), (4, 0x2802), (64, 0x2840), (128, 0x2880)] {
      #expect(BlockGlyphs.braille[pattern][0] == UInt32(value))
    }
    #expect(BlockGlyphs.quadrants[9].text == "▚" && BlockGlyphs.quadrants[14].text == "▟")
    for glyphs in CellRendering.Glyphs.allCases where glyphs != .ascii {
      #expect(BlockGlyphs.table(glyphs).count == 1 << (glyphs.across * glyphs.down))
    }
  }
}
