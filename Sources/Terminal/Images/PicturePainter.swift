import Glibc
import Screen

/// Brings pictures to the terminal beside what ncurses draws: as characters, or by graphics where
/// the terminal has them. Sends only what changed, and no more at a time than the line takes.
@UIActor
final class PicturePainter {
  /// The bytes for a frame.
  struct Plan {
    /// To be written before the text: what takes pictures away.
    var before: [UInt8] = []
    /// To be written after the text.
    var after: [UInt8] = []
    /// False when more is to come, as soon as the line is free.
    var isComplete = true
  }

  private(set) var way = GraphicsWay.cells
  /// Pixels of a cell, for graphics that are not scaled by the terminal.
  private var cellPixels: Size?
  private let depth: ColorDepth
  /// Pictures are written here; otherwise, on terminals with sequences of their own, by ncurses.
  let isDirect: Bool
  private var cells: PictureCells
  var drawn: [DrawnPicture] = []
  /// Bytes that take away what a frame before has left.
  private var leftover: [UInt8] = []
  /// Pictures that were too large for the line when they came, by where they are.
  var tried: [Rect: Raster] = [:]
  private var stage = PictureStage()
  /// Bytes for a sample, as the last picture needed them.
  var cost = 0.7
  private var numbers: Int

  init(capabilities: Capabilities, isANSI: Bool) {
    depth = capabilities.depth
    isDirect = isANSI
    cells = PictureCells(depth: capabilities.depth, unicode: capabilities.unicode)
    numbers = 0
  }

  /// Draws another way from the next frame on.
  func use(_ way: GraphicsWay, cellPixels: Size?) {
    guard isDirect else { return }
    startAnew()
    self.way = way
    self.cellPixels = cellPixels
  }

  /// The next frame takes away what is shown, and draws everything.
  func startAnew() { leftover += removeAll() }

  /// The bytes that take all graphics off the screen.
  func removeAll() -> [UInt8] {
    let bytes = drawn.flatMap { removal(of: $0) }
    drawn = []
    tried = [:]
    cells.forget()
    return bytes
  }

  /// What ncurses is to draw: where pictures are, blanks that it takes for text, so that it does not
  /// erase them along with the end of a line.
  func text(of buffer: CellBuffer) -> CellBuffer {
    guard isDirect, !buffer.pictureAreas.isEmpty else { return buffer }
    var text = buffer
    let blank = Cell(style: Style(attributes: .image))
    for area in buffer.pictureAreas {
      for y in area.y..<area.maxY {
        for x in area.x..<area.maxX where buffer[x, y].isImage { text[x, y] = blank }
      }
    }
    return text
  }

  /// What to write for a frame.
  /// - Parameter isNew: the program has made a new frame; false goes on with the last one.
  func plan(_ buffer: CellBuffer, _ pace: LinePace, isNew: Bool) -> Plan {
    var plan = Plan()
    guard isDirect else { return plan }
    plan.before = leftover
    leftover = []
    // Text that now stands where a picture was has erased it, whether or not there is time to draw.
    cells.erase(buffer.size) { buffer[$0, $1].isImage }
    guard !(buffer.pictureAreas.isEmpty && drawn.isEmpty) else { return plan }
    let overlays = way == .cells ? [] : buffer.overlays.map { clipped($0, buffer.size) }
    removeGone(overlays, buffer, &plan)
    for overlay in overlays where !overlay.area.isEmpty {
      draw(overlay, VisibleParts.of(overlay.area, in: buffer), pace, &plan)
    }
    drawCells(buffer, pace, isNew: isNew, &plan)
    return plan
  }

  /// A new number for the kitty protocol: within a byte where colours are, for placeholders.
  func number() -> Int {
    numbers = numbers % 120 + 1
    let process = Int(getpid())
    if way == .kittyPlaceholders, depth != .trueColor { return 8 + (process + numbers) % 240 }
    return (process & 0x7FFF) << 8 | numbers
  }

  /// Graphics that scroll the screen when they touch its last row leave that to characters.
  private func clipped(_ overlay: ImageOverlay, _ screen: Size) -> ImageOverlay {
    guard way != .kitty, way != .kittyPlaceholders, overlay.area.maxY >= screen.height else {
      return overlay
    }
    var area = overlay.area
    area.height = max(0, screen.height - 1 - area.y)
    let size = Size(width: overlay.raster.width, height: overlay.raster.height)
    let samples = VisibleParts.samples(of: size, overlay.area, part: area)
    let raster = overlay.raster.cropped(
      x: 0, y: 0, width: overlay.raster.width, height: samples.height)
    return ImageOverlay(area: area, raster: raster)
  }

  private func drawCells(
    _ buffer: CellBuffer, _ pace: LinePace, isNew: Bool, _ plan: inout Plan
  ) {
    guard let allowance = pace.allowance else {
      plan.isComplete = false
      return
    }
    let covered = drawn.map(\.overlay.area)
    let placeholders = way == .kittyPlaceholders ? drawn : []
    let exact: (Int, Int) -> Cell? = { [depth] x, y in
      let cell = buffer[x, y]
      guard cell.isImage else { return nil }
      guard let index = covered.firstIndex(where: { $0.contains(Point(x: x, y: y)) }) else {
        return cell
      }
      guard placeholders.indices.contains(index) else { return nil }
      let area = covered[index]
      return KittyPlaceholder.cell(
        id: placeholders[index].id, row: y - area.y, column: x - area.x, depth: depth)
    }
    let areas = buffer.pictureAreas
    let result: PictureCells.Result
    if pace.isNarrow, placeholders.isEmpty {
      let short: (Int, Int) -> Cell? = { x, y in exact(x, y)?.inFewBytes }
      stage.begin(buffer, isNew: isNew) {
        cells.difference(buffer.size, areas, cell: short) * 14 > 3 * allowance
      }
      let coarse = CoarseCells(buffer: buffer)
      let wanted =
        stage.isCoarse ? { x, y in exact(x, y) == nil ? nil : coarse.cell(x, y) } : short
      result = cells.paint(
        buffer.size, areas, allowance: max(0, allowance - plan.after.count), cell: wanted)
      if stage.finish(result.isComplete) { plan.isComplete = false }
    } else {
      result = cells.paint(
        buffer.size, areas, allowance: max(0, allowance - plan.after.count), cell: exact)
    }
    plan.after += result.bytes
    if !result.isComplete { plan.isComplete = false }
  }

  /// The bytes that send a raster and show parts of it.
  func send(
    _ raster: Raster, of overlay: ImageOverlay, parts: [Rect], id: Int
  ) -> [UInt8] {
    switch way {
    case .cells: return []
    case .kitty:
      return KittyGraphics.transmit(raster, id: id, .none)
        + place(
          id: id, Size(width: raster.width, height: raster.height), overlay.area, parts)
    case .kittyPlaceholders:
      return KittyGraphics.transmitVirtual(
        raster, id: id, columns: overlay.area.width, rows: overlay.area.height, .tmux)
    case .iterm2:
      return parts.flatMap { part in
        let size = Size(width: raster.width, height: raster.height)
        let samples = VisibleParts.samples(of: size, overlay.area, part: part)
        let piece = raster.cropped(
          x: samples.x, y: samples.y, width: samples.width, height: samples.height)
        return address(part)
          + InlineImage.sequence(piece, columns: part.width, rows: part.height)
      }
    case .sixel(let registers):
      let cell = cellPixels ?? Size(width: 10, height: 20)
      let exact = raster.scaled(
        width: overlay.area.width * cell.width, height: overlay.area.height * cell.height)
      return parts.flatMap { part in
        let piece = exact.cropped(
          x: (part.x - overlay.area.x) * cell.width, y: (part.y - overlay.area.y) * cell.height,
          width: part.width * cell.width, height: part.height * cell.height)
        return address(part) + SixelEncoder.encode(piece, registers: registers)
      }
    }
  }

  /// Shows parts of a sent picture, which has so many samples.
  func place(id: Int, _ samples: Size, _ area: Rect, _ parts: [Rect]) -> [UInt8] {
    parts.enumerated().flatMap { index, part in
      address(part)
        + KittyGraphics.place(
          id: id, placement: index + 1,
          part: VisibleParts.samples(of: samples, area, part: part), columns: part.width,
          rows: part.height)
    }
  }

  /// The cursor at the upper left cell of a part.
  func address(_ part: Rect) -> [UInt8] {
    Array("\u{1B}[\(part.y + 1);\(part.x + 1)H".utf8)
  }
}
