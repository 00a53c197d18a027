/// Turns a grey picture, of the samples that its cells have, into cells.
struct GrayCells {
  let rendering: CellRendering
  private let levels: GrayLevels
  private let glyphs: [Glyph]

  init(_ rendering: CellRendering) {
    self.rendering = rendering
    levels = GrayLevels.of(rendering.depth)
    glyphs = BlockGlyphs.table(rendering.glyphs)
  }

  /// Writes one row of cells.
  /// - Parameters:
  ///   - pixels: the picture, `width` samples in a row.
  ///   - row: of the cells, from 0.
  func fill(
    _ cells: UnsafeMutableBufferPointer<Cell>, row: Int, from pixels: UnsafeBufferPointer<UInt8>,
    width: Int
  ) {
    switch (rendering.glyphs, rendering.depth) {
    case (.ascii, .palette256...): shades(cells, row, pixels, width)
    case (.ascii, _): ramp(cells, row, pixels, width)
    case (.half, .sixteen...): halves(cells, row, pixels, width)
    case (_, .palette256...): blocks(cells, row, pixels, width)
    default: dots(cells, row, pixels, width)
    }
  }

  private func cell(
    _ glyph: Glyph, _ foreground: Color = .standard, on background: Color = .standard
  ) -> Cell {
    Cell(
      glyph: glyph,
      style: Style(foreground: foreground, background: background, attributes: .image))
  }

  /// A cell of one colour: a blank, which every font has, and which needs no foreground.
  private func plain(_ level: Int) -> Cell {
    cell(.space, on: levels.colors[level])
  }

  private func halves(
    _ cells: UnsafeMutableBufferPointer<Cell>, _ row: Int, _ pixels: UnsafeBufferPointer<UInt8>,
    _ width: Int
  ) {
    let upper = 2 * row * width
    let lower = upper + width
    for x in cells.indices {
      let top = levels.index(pixels[upper + x], x: x, y: 2 * row)
      let bottom = levels.index(pixels[lower + x], x: x, y: 2 * row + 1)
      cells[x] =
        top == bottom
        ? plain(top)
        : cell(BlockGlyphs.halves[1], levels.colors[top], on: levels.colors[bottom])
    }
  }

  /// Two colours a cell, each a mean of some samples.
  private func blocks(
    _ cells: UnsafeMutableBufferPointer<Cell>, _ row: Int, _ pixels: UnsafeBufferPointer<UInt8>,
    _ width: Int
  ) {
    let across = rendering.glyphs.across
    let down = rendering.glyphs.down
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: across * down) { samples in
      for x in cells.indices {
        for line in 0..<down {
          for column in 0..<across {
            samples[line * across + column] =
              pixels[(row * down + line) * width + x * across + column]
          }
        }
        let two = TwoLevels(UnsafeBufferPointer(samples))
        let bright = levels.index(two.bright, x: x, y: row)
        let dark = levels.index(two.dark, x: x, y: row)
        cells[x] =
          bright == dark
          ? plain(bright)
          : cell(glyphs[two.pattern], levels.colors[bright], on: levels.colors[dark])
      }
    }
  }

  /// Few levels: each sample gets one of its own, so that the pattern is as fine as the samples.
  private func dots(
    _ cells: UnsafeMutableBufferPointer<Cell>, _ row: Int, _ pixels: UnsafeBufferPointer<UInt8>,
    _ width: Int
  ) {
    let across = rendering.glyphs.across
    let down = rendering.glyphs.down
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: across * down) { samples in
      for x in cells.indices {
        for line in 0..<down {
          for column in 0..<across {
            let (sampleX, sampleY) = (x * across + column, row * down + line)
            let level = levels.index(
              pixels[sampleY * width + sampleX], x: sampleX, y: sampleY)
            samples[line * across + column] = levels.brightness[level]
          }
        }
        let two = TwoLevels(UnsafeBufferPointer(samples))
        cells[x] = rendering.depth == .mono ? ink(two) : snapped(two)
      }
    }
  }

  /// Without colours: what is written is bright on a dark background, dark on a light one.
  private func ink(_ two: TwoLevels) -> Cell {
    let all = (1 << (rendering.glyphs.across * rendering.glyphs.down)) - 1
    var pattern = two.bright == two.dark ? (two.bright > 127 ? all : 0) : two.pattern
    if rendering.isLightBackground { pattern ^= all }
    return cell(glyphs[pattern])
  }

  private func snapped(_ two: TwoLevels) -> Cell {
    let bright = nearest(two.bright)
    let dark = nearest(two.dark)
    if bright == dark { return plain(bright) }
    return cell(glyphs[two.pattern], levels.colors[bright], on: levels.colors[dark])
  }

  private func nearest(_ value: UInt8) -> Int {
    levels.brightness.indices.min {
      abs(Int(levels.brightness[$0]) - Int(value)) < abs(Int(levels.brightness[$1]) - Int(value))
    } ?? 0
  }

  private func shades(
    _ cells: UnsafeMutableBufferPointer<Cell>, _ row: Int, _ pixels: UnsafeBufferPointer<UInt8>,
    _ width: Int
  ) {
    for x in cells.indices { cells[x] = plain(levels.index(pixels[row * width + x], x: x, y: row)) }
  }

  private func ramp(
    _ cells: UnsafeMutableBufferPointer<Cell>, _ row: Int, _ pixels: UnsafeBufferPointer<UInt8>,
    _ width: Int
  ) {
    let last = glyphs.count - 1
    for x in cells.indices {
      let value = Int(pixels[row * width + x])
      let level = (value * last + 127) / 255
      cells[x] = cell(glyphs[rendering.isLightBackground ? last - level : level])
    }
  }
}
