import Imaging
import Screen

/// One picture with its caption, letters and measurements.
struct TileView {
  private let state: ViewerState
  private let index: Int
  private let tile: ViewerTile
  private let place: ViewerLayout.TilePlace
  private let context: ViewContext
  private let look: Look

  init(
    _ state: ViewerState, _ index: Int, _ place: ViewerLayout.TilePlace, _ context: ViewContext
  ) {
    self.state = state
    self.index = index
    tile = state.tiles[index]
    self.place = place
    self.context = context
    look = context.look
  }

  /// Text over pictures, which are dark whatever the theme.
  private var overlay: Style {
    guard look.depth >= .sixteen else { return look[.bright] }
    return Style(foreground: .indexed(15), background: black)
  }

  private var black: Color { look.depth >= .palette256 ? .indexed(16) : .indexed(0) }

  func draw(into buffer: inout CellBuffer) {
    drawCaption(into: &buffer)
    let area = place.picture
    guard !area.isEmpty else { return }
    if look.depth >= .sixteen { buffer.fill(area, style: overlay) }
    switch tile.content {
    case .nothing: break
    case .picture(let picture): draw(picture, into: &buffer)
    case .broken(let wish, let file, let problem):
      draw(problem: problem, of: file, wish, into: &buffer)
    }
  }

  private func draw(_ picture: ViewerPicture, into buffer: inout CellBuffer) {
    let area = place.picture
    let wanted = area.viewport(
      context.images, extent: picture.facts.extent, transform: picture.wish.transform)
    // Made for a place of another shape: the right one is on its way.
    guard wanted.sampleAspect == picture.wish.viewport.sampleAspect,
      Self.isSameShape(picture.wish.viewport, area, context.images)
    else { return }
    let cells = CellProjection(area: area, projection: picture.projection)
    let marks = marks(picture, cells)
    let lines = marks.flatMap(\.segments)
    let raster =
      lines.isEmpty ? picture.raster : Burning.burn(lines, into: picture.raster, picture.projection)
    buffer.show(raster, in: area, context.images)
    drawLetters(picture, into: &buffer)
    for mark in marks { drawLabel(mark, cells, into: &buffer) }
    if index == state.active, state.tool.hasCursor, !state.isChoosingSeries {
      let cursor = ViewerPane.cursor(state, in: area)
      buffer.cursor = Point(x: area.x + cursor.x, y: area.y + cursor.y)
      buffer.cursorVisible = true
    }
  }

  /// True for a viewport that was made for as many cells.
  private static func isSameShape(
    _ viewport: Viewport, _ area: Rect, _ output: ImageOutput
  ) -> Bool {
    viewport.width % max(1, area.width) == 0 && viewport.height % max(1, area.height) == 0
      && viewport.width / max(1, area.width) <= 64
      && (output.graphics != nil
        || viewport.width == output.grid(columns: area.width, rows: area.height).width
          && viewport.height == output.grid(columns: area.width, rows: area.height).height)
  }

  // MARK: Words

  /// Which series and image, for tiles beside each other.
  private func drawCaption(into buffer: inout CellBuffer) {
    let area = place.caption
    guard !area.isEmpty, let study = state.study else { return }
    let isActive = index == state.active
    let shown = tile.shownWish?.series ?? tile.series
    guard study.series.indices.contains(shown) else { return }
    let series = study.series[shown]
    let position = (tile.shownWish?.position ?? tile.position) + 1
    var right = "\(position)/\(series.images.count)"
    if let picture = tile.picture {
      right = ViewerWords.window(picture) + "  " + right
      if !picture.facts.lossy.isEmpty { right = "lossy  " + right }
    }
    let rightWidth = SafeText.width(right)
    let left = (isActive ? "▌" : " ") + "\(shown + 1) \(series.title)"
    buffer.write(
      left, x: area.x, y: area.y, width: max(0, area.width - rightWidth - 1),
      style: look[isActive ? .accent : .dim])
    if rightWidth < area.width {
      buffer.write(
        right, x: area.maxX - rightWidth, y: area.y, width: rightWidth,
        style: look[isActive ? .text : .dim])
    }
  }

  /// What lies at the edges, turned with the image; nothing where the file proves nothing.
  private func drawLetters(_ picture: ViewerPicture, into buffer: inout CellBuffer) {
    let area = place.picture
    guard area.width >= 8, area.height >= 4 else { return }
    let transform = picture.wish.transform
    guard
      let letters = picture.facts.letters?.turned(
        quarterTurns: transform.quarterTurns, isMirrored: transform.isMirrored)
    else { return }
    let middleX = area.x + area.width / 2
    let middleY = area.y + area.height / 2
    buffer.write(letters.top, x: middleX, y: area.y, width: 2, style: overlay)
    buffer.write(letters.bottom, x: middleX, y: area.maxY - 1, width: 2, style: overlay)
    buffer.write(letters.left, x: area.x, y: middleY, width: 2, style: overlay)
    buffer.write(
      letters.right, x: area.maxX - SafeText.width(letters.right), y: middleY, width: 2,
      style: overlay)
  }

  private func draw(
    problem: String, of file: String, _ wish: PictureWish, into buffer: inout CellBuffer
  ) {
    let area = place.picture
    // In the theme's colours: this is no picture.
    buffer.fill(area, style: look[.text])
    EmptyState.draw(
      "Image \(wish.position + 1) cannot be shown",
      lines: [problem] + (file.isEmpty || problem.contains(file) ? [] : [file]),
      into: &buffer, area, look)
  }

  // MARK: Measurements

  /// Lines over the picture with words at the last point.
  private struct Mark {
    var segments: [Burning.Segment]
    var anchor: ImagePoint
    var lines: [String]
  }

  private func marks(_ picture: ViewerPicture, _ cells: CellProjection) -> [Mark] {
    var marks = state.measurements.filter {
      $0.study == picture.wish.study && $0.image == picture.image
    }.compactMap { found in
      found.points.last.map {
        Mark(
          segments: Burning.segments(found.kind, found.points), anchor: $0, lines: found.lines)
      }
    }
    guard index == state.active, !state.points.isEmpty,
      let kind = ViewerMeasurement.Kind(state.tool)
    else { return marks }
    // What is being measured follows the cursor.
    let cursor = cells.imagePoint(at: ViewerPane.cursor(state, in: cells.area))
    let points = state.points + [cursor]
    let lines = kind == .ellipse ? [] : ViewerMeasurement.lines(kind, points, picture.facts)
    marks.append(Mark(segments: Burning.segments(kind, points), anchor: cursor, lines: lines))
    return marks
  }

  private func drawLabel(_ mark: Mark, _ cells: CellProjection, into buffer: inout CellBuffer) {
    let area = place.picture
    guard let cell = cells.cell(of: mark.anchor), cell.x >= 0, cell.y >= 0, cell.x < area.width,
      cell.y < area.height
    else { return }
    for (number, line) in mark.lines.enumerated() {
      let width = min(SafeText.width(line), area.width)
      // Right of the point, or left of it where there is no room.
      var x = area.x + cell.x + 2
      if x + width > area.maxX { x = max(area.x, area.x + cell.x - 1 - width) }
      let y = area.y + min(cell.y, max(0, area.height - mark.lines.count)) + number
      guard y < area.maxY else { return }
      buffer.write(line, x: x, y: y, width: min(width, area.maxX - x), style: overlay)
    }
  }
}
