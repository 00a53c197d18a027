/// Turns a colour picture, of the samples that its cells have, into cells.
struct ColorCells {
  let rendering: CellRendering
  private let glyphs: [Glyph]
  /// Colours that were looked up: pictures have many pixels and few colours.
  private var known: [UInt32: Color] = [:]

  init(_ rendering: CellRendering) {
    self.rendering = rendering
    glyphs = BlockGlyphs.table(rendering.glyphs)
  }

  /// Writes one row of cells; see ``GrayCells/fill(_:row:from:width:)``. Needs 16 colours or more.
  mutating func fill(
    _ cells: UnsafeMutableBufferPointer<Cell>, row: Int, from pixels: UnsafeBufferPointer<UInt8>,
    width: Int
  ) {
    let across = rendering.glyphs.across
    let down = rendering.glyphs.down
    let count = across * down
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { brightness in
      for x in cells.indices {
        func place(_ sample: Int) -> Int {
          ((row * down + sample / across) * width + x * across + sample % across) * 3
        }
        for sample in 0..<count {
          let at = place(sample)
          brightness[sample] = Raster.brightness(pixels[at], pixels[at + 1], pixels[at + 2])
        }
        var pattern = TwoLevels(UnsafeBufferPointer(brightness)).pattern
        // One above the other: always two colours, however alike in brightness.
        if rendering.glyphs == .half { pattern = 1 }
        if rendering.glyphs == .ascii { pattern = 0 }
        var sums: (bright: SIMD4<Int>, dark: SIMD4<Int>) = (.zero, .zero)
        for sample in 0..<count {
          let at = place(sample)
          let color = SIMD4(Int(pixels[at]), Int(pixels[at + 1]), Int(pixels[at + 2]), 1)
          if pattern >> sample & 1 == 1 { sums.bright &+= color } else { sums.dark &+= color }
        }
        let dark = color(sums.dark, x, row)
        let bright = sums.bright.w == 0 ? dark : color(sums.bright, x, row)
        let style = Style(
          foreground: bright == dark ? .standard : bright, background: dark, attributes: .image)
        cells[x] = Cell(glyph: bright == dark ? .space : glyphs[pattern], style: style)
      }
    }
  }

  /// The mean as a colour that the terminal has, with neighbours that make up for what it has not.
  private mutating func color(_ sum: SIMD4<Int>, _ x: Int, _ y: Int) -> Color {
    let count = max(1, sum.w)
    var channels = SIMD3(sum.x, sum.y, sum.z)
    channels = (channels &+ SIMD3(repeating: count / 2)) / SIMD3(repeating: count)
    if rendering.depth < .trueColor {
      let spread = rendering.depth == .palette256 ? 24.0 : 72.0
      let threshold = GrayLevels.thresholds[(y & 7) << 3 | x & 7]
      channels &+= SIMD3(repeating: Int(((threshold - 0.5) * spread).rounded()))
    }
    let safe = channels.clamped(
      lowerBound: SIMD3(repeating: 0), upperBound: SIMD3(repeating: 255))
    let rgb = UInt32(safe.x) << 16 | UInt32(safe.y) << 8 | UInt32(safe.z)
    guard rendering.depth < .trueColor else { return Palette.color(rgb) }
    if let color = known[rgb] { return color }
    let found: Color =
      rendering.depth == .palette256
      ? .indexed(Palette.nearest(rgb)) : .indexed(Palette.nearestBasic(rgb))
    known[rgb] = found
    return found
  }
}

extension Palette {
  /// The entry of the first sixteen that looks most like a colour: least squared distance.
  static func nearestBasic(_ rgb: UInt32) -> UInt8 {
    func distance(_ index: UInt8) -> Int {
      let other = Self.rgb(of: index)
      return [UInt32(16), 8, 0].reduce(0) { sum, shift in
        let difference = Int(rgb >> shift & 0xFF) - Int(other >> shift & 0xFF)
        return sum + difference * difference
      }
    }
    return (UInt8(0)...15).min { distance($0) < distance($1) } ?? 0
  }
}
