import Glibc
public import Screen

/// A picture as a stream of bytes for a terminal, from the cursor's line downwards: for programs that
/// print and end.
public enum PictureText {
  /// As characters, a line for each row of cells.
  public static func cells(
    _ raster: Raster, columns: Int, rows: Int, _ rendering: CellRendering, unicode: Bool = true
  ) -> [UInt8] {
    var buffer = CellBuffer(size: Size(width: columns, height: rows))
    buffer.draw(raster, in: buffer.area, rendering)
    return lines(buffer, depth: rendering.depth, unicode: unicode)
  }

  /// By graphics, as the findings say that they reach the terminal.
  public static func graphics(
    _ raster: Raster, columns: Int, rows: Int, _ graphics: ImageOutput.Graphics,
    _ findings: TerminalFindings
  ) -> [UInt8] {
    switch graphics {
    case .kitty where findings.multiplexer == .tmux:
      return placeholders(raster, columns: columns, rows: rows)
    case .kitty: return KittyGraphics.inline(raster, columns: columns, rows: rows) + [0x0A]
    case .iterm2:
      return InlineImage.sequence(raster, columns: columns, rows: rows, movesCursor: true) + [0x0A]
    case .sixel:
      return SixelEncoder.encode(raster, registers: findings.registers ?? 256) + [0x0A]
    }
  }

  private static func lines(_ buffer: CellBuffer, depth: ColorDepth, unicode: Bool) -> [UInt8] {
    var encoder = CellEncoder(depth: depth, unicode: unicode)
    encoder.startHere()
    for y in 0..<buffer.size.height {
      for x in 0..<buffer.size.width { encoder.put(buffer[x, y], x: x, y: y) }
      encoder.newLine()
    }
    return encoder.bytes
  }

  private static func placeholders(_ raster: Raster, columns: Int, rows: Int) -> [UInt8] {
    let columns = min(columns, KittyPlaceholder.limit)
    let rows = min(rows, KittyPlaceholder.limit)
    // One number of a byte, which every terminal's colours can carry.
    let id = 8 + Int(getpid()) % 240
    var buffer = CellBuffer(size: Size(width: columns, height: rows))
    for y in 0..<rows {
      for x in 0..<columns {
        buffer[x, y] = KittyPlaceholder.cell(id: id, row: y, column: x, depth: .palette256)
      }
    }
    return KittyGraphics.transmitVirtual(raster, id: id, columns: columns, rows: rows, .tmux)
      + lines(buffer, depth: .palette256, unicode: true)
  }
}
