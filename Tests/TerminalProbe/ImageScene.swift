import Screen

/// A picture with text around and over it, changed by single keys.
struct ImageScene {
  private var slice = 0
  private var isShown = true
  private var hasDialog = false
  private var offset = 0
  private var isColored = false
  /// The last picture: making one takes longer than drawing it.
  private var made: (slice: Int, isColored: Bool, raster: Raster)?

  /// Handles a key; false when it is none of this scene's.
  mutating func take(_ key: Key) -> Bool {
    guard case .character(let character) = key.code, key.modifiers.isEmpty else { return false }
    switch character {
    case "n": slice += 1
    case "o": isShown.toggle()
    case "d": hasDialog.toggle()
    case "m": offset += 1
    case "c": isColored.toggle()
    default: return false
    }
    return true
  }

  mutating func draw(into buffer: inout CellBuffer, _ output: ImageOutput, lines: [String]) {
    buffer.write("slice \(slice)", x: 0, y: 0, style: Style())
    let area = Rect(
      x: 2 + offset, y: 2, width: min(40, buffer.size.width - 4),
      height: max(0, min(12, buffer.size.height - 6)))
    if isShown, !area.isEmpty {
      let grid = output.grid(columns: area.width, rows: area.height)
      let isMade =
        made.map {
          $0.slice == slice && $0.isColored == isColored && $0.raster.width == grid.width
            && $0.raster.height == grid.height
        } ?? false
      let raster = isMade ? made?.raster : nil
      let shown = raster ?? self.raster(grid.width, grid.height)
      made = (slice, isColored, shown)
      buffer.show(shown, in: area, output)
      buffer.write("L", x: area.x, y: area.y + area.height / 2, style: Style(attributes: .bold))
    }
    if hasDialog {
      let style = Style(foreground: .indexed(15), background: .indexed(4))
      buffer.fill(Rect(x: 10, y: 5, width: 16, height: 3), style: style)
      buffer.write("a dialog", x: 11, y: 6, style: style)
    }
    for (index, line) in lines.suffix(3).enumerated() {
      buffer.write(line, x: 0, y: buffer.size.height - 3 + index, style: Style())
    }
    buffer.cursor = Point(x: 0, y: 0)
  }

  /// A ramp with a disc that moves from slice to slice.
  private func raster(_ width: Int, _ height: Int) -> Raster {
    var pixels: [UInt8] = []
    let channels = isColored ? 3 : 1
    let center = (width / 4 + slice * width / 16) % max(1, width)
    for y in 0..<height {
      for x in 0..<width {
        let dx = Double(x - center) / Double(max(1, width))
        let dy = Double(y - height / 2) / Double(max(1, height))
        let isInside = dx * dx + dy * dy < 0.02
        let gray = isInside ? UInt8(250) : UInt8(clamping: x * 200 / max(1, width) + slice % 8)
        pixels.append(gray)
        if channels == 3 { pixels += [UInt8(clamping: Int(gray) / 2), 40] }
      }
    }
    return Raster(width: width, height: height, channels: channels, pixels: pixels)
  }
}
