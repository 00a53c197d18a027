/// A grey picture in character cells: half blocks, two pixels a cell; a ramp of characters where
/// there are no colours or only ASCII.
public enum Thumbnail {
  private static let ramp = " .:-=+*#%@".unicodeScalars.map { Glyph($0) }

  /// The cells that a picture needs to keep its proportions in an area (a cell is 1 by 2 pixels).
  public static func fit(width: Int, height: Int, in area: Rect) -> Rect {
    guard width > 0, height > 0, !area.isEmpty else {
      return Rect(x: area.x, y: area.y, width: 0, height: 0)
    }
    let columns = min(area.width, area.height * 2 * width / height)
    let rows = min(area.height, (area.width * height / width + 1) / 2)
    return Rect(x: area.x, y: area.y, width: max(1, columns), height: max(1, rows))
  }

  /// Draws rows of 8-bit grey, 0 black, scaled to the area by averaging.
  /// - Parameter pixels: at least `width * height` values; otherwise nothing is drawn.
  public static func draw(
    _ pixels: [UInt8], width: Int, height: Int, into buffer: inout CellBuffer, _ area: Rect,
    _ look: Look
  ) {
    guard width > 0, height > 0, pixels.count / width >= height else { return }
    let area = area.intersection(buffer.area)
    guard !area.isEmpty else { return }
    let inCharacters = look.ascii || look.depth < .palette256 || look.theme.isMono
    let rows = inCharacters ? area.height : area.height * 2
    func gray(_ column: Int, _ row: Int) -> UInt8 {
      let x0 = column * width / area.width
      let x1 = max(x0 + 1, (column + 1) * width / area.width)
      let y0 = row * height / rows
      let y1 = max(y0 + 1, (row + 1) * height / rows)
      var sum = 0
      for y in y0..<min(y1, height) {
        for x in x0..<min(x1, width) { sum += Int(pixels[y * width + x]) }
      }
      return UInt8(clamping: sum / max(1, (x1 - x0) * (y1 - y0)))
    }
    let half = Glyph("▀")
    for y in 0..<area.height {
      for x in 0..<area.width {
        if inCharacters {
          let level = Int(gray(x, y)) * ramp.count / 256
          buffer.place(
            ramp[level], width: 1, x: area.x + x, y: area.y + y, style: look[.text])
        } else {
          let style = Style(
            foreground: color(gray(x, y * 2), look), background: color(gray(x, y * 2 + 1), look))
          buffer.place(half, width: 1, x: area.x + x, y: area.y + y, style: style)
        }
      }
    }
  }

  private static func color(_ gray: UInt8, _ look: Look) -> Color {
    guard look.depth < .trueColor else { return .rgb(gray, gray, gray) }
    // The grey ramp of the 256 colours: 8, 18, … 238, with black and white at its ends.
    if gray < 4 { return .indexed(16) }
    if gray > 246 { return .indexed(231) }
    return .indexed(UInt8(232 + min(23, (Int(gray) - 3) / 10)))
  }
}
