import Imaging
import Screen

/// What is said below the pictures, of the active one: series and image, window, size, what a cell
/// stands for, loss, and what the tool found.
enum ViewerFacts {
  static func draw(
    _ state: ViewerState, _ place: ViewerLayout, into buffer: inout CellBuffer, _ look: Look
  ) {
    let area = place.facts
    guard !area.isEmpty, place.tiles.indices.contains(state.active) else { return }
    let picture = place.tiles[state.active].picture
    var room = area.width
    if let bar = scaleBar(state, picture, width: area.width) {
      let width = SafeText.width(bar)
      buffer.write(bar, x: area.maxX - width, y: area.maxY - 1, width: width, style: look[.dim])
      if area.height == 1 { room -= width + 3 }
    }
    let facts = facts(state, picture, isNarrow: area.width < 60, look)
    let lines = Facts.flow(facts, width: room, gap: area.width < 60 ? 2 : 3)
    for (index, line) in lines.prefix(area.height).enumerated() {
      let isBeside = index == area.height - 1 && area.height > 1
      let bar = isBeside ? scaleBar(state, picture, width: area.width) : nil
      let width = min(room, area.width - (bar.map { SafeText.width($0) + 2 } ?? 0))
      buffer.write(line, x: area.x, y: area.y + index, width: width)
    }
  }

  private static func facts(
    _ state: ViewerState, _ area: Rect, isNarrow: Bool, _ look: Look
  ) -> [[Span]] {
    guard let study = state.study, let series = state.series(of: state.tile) else { return [] }
    var facts: [[Span]] = []
    if let studies = state.studies, studies.count > 1, !isNarrow {
      facts.append([
        look.span("study ", .dim), look.span("\(state.studyIndex + 1)/\(studies.count)", .text),
      ])
    }
    let wish = state.tile.shownWish
    let shownSeries = (wish?.series ?? state.tile.series) + 1
    let shown = (wish?.position ?? state.tile.position) + 1
    facts.append([
      look.span(isNarrow ? "se " : "series ", .dim),
      look.span("\(shownSeries)/\(study.series.count)", .text),
    ])
    // Another image is on its way: its number stands behind the arrow.
    let coming =
      state.isWaiting && state.tile.position + 1 != shown ? "→\(state.tile.position + 1)" : ""
    facts.append([
      look.span(isNarrow ? "im " : "image ", .dim), look.span("\(shown)", .bright),
      look.span(coming, .dim), look.span("/\(series.images.count)", .text),
    ])
    guard let picture = state.tile.picture else { return facts }
    facts.append([look.span(ViewerWords.window(picture), .text)])
    if picture.wish.isInverted { facts.append([look.span("inverted", .text)]) }
    facts.append([
      look.span("zoom ", .dim),
      look.span(ViewerWords.number(picture.projection.zoom, digits: 2), .text),
    ])
    let cells = CellProjection(area: area, projection: picture.projection)
    facts.append([look.span(ViewerWords.cell(cells), .text)])
    if !picture.facts.lossy.isEmpty { facts.append([look.span(picture.facts.lossy, .waiting)]) }
    let orientation = ViewerWords.orientation(picture.wish.transform)
    if !orientation.isEmpty { facts.append([look.span(orientation, .text)]) }
    if state.cine.isRunning {
      facts.append([look.span("cine \(ViewerWords.number(state.cine.rate))/s", .accent)])
    }
    facts += tool(state, cells, picture, look)
    for note in series.notes + study.notes + picture.facts.parameters.problems {
      facts.append([look.span("! " + note, .waiting)])
    }
    return facts
  }

  /// The tool, and the value under its cursor.
  private static func tool(
    _ state: ViewerState, _ cells: CellProjection, _ picture: ViewerPicture, _ look: Look
  ) -> [[Span]] {
    guard state.tool != .window else { return [] }
    var facts = [[look.span(state.tool.rawValue, .accent)]]
    guard state.tool.hasCursor else { return facts }
    let point = cells.imagePoint(at: ViewerPane.cursor(state, in: cells.area))
    if let value = ViewerWords.probe(point, picture.facts) {
      facts.append([look.span(value, .bright)])
    }
    return facts
  }

  /// A line of a round length in millimetres: `├──── 50 mm ────┤`; nil where none can be proven.
  private static func scaleBar(_ state: ViewerState, _ area: Rect, width: Int) -> String? {
    guard width >= 40, let picture = state.tile.picture,
      let column = CellProjection(area: area, projection: picture.projection)
        .millimetresPerColumn(picture.facts.scale)
    else { return nil }
    let lengths = [1, 2, 5, 10, 20, 50, 100, 200, 500]
    let fitting = lengths.compactMap { length -> (length: Int, cells: Int)? in
      let cells = (Double(length) / column).rounded()
      return cells >= 10 && cells <= Double(min(30, width / 3))
        ? (length, Int(cells)) : nil
    }
    guard let best = fitting.first else { return nil }
    let note = picture.facts.scale.spacing?.note ?? ""
    let text = " \(best.length) mm" + (note == "detector plane" ? " at detector " : " ")
    let rest = best.cells - 2 - SafeText.width(text)
    guard rest >= 2 else { return nil }
    let left = String(repeating: "─", count: rest / 2)
    let right = String(repeating: "─", count: rest - rest / 2)
    return "├" + left + text + right + "┤"
  }
}
