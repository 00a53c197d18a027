import Imaging
import Screen

/// The series of the study with small pictures, and the windows that have numbers.
enum SeriesList {
  struct Row: Equatable {
    var series: Int
    var area: Rect
  }

  /// The rows in sight: the selected one, or the active tile's, among them.
  static func rows(_ state: ViewerState, in area: Rect) -> [Row] {
    let count = state.study?.series.count ?? 0
    let list = listArea(state, area)
    let height = rowHeight(list)
    guard count > 0, height > 0, list.height > 0 else { return [] }
    let visible = max(1, list.height / height)
    let selected = state.isChoosingSeries ? state.seriesSelection : state.tile.series
    let top = Scrolling.kept(
      max(0, selected - visible / 2), selected: selected, height: visible, count: count)
    return (top..<min(count, top + visible)).map { index in
      let row = Rect(
        x: list.x, y: list.y + (index - top) * height, width: list.width, height: height)
      return Row(series: index, area: row.intersection(list))
    }
  }

  /// Below the title, above the windows.
  private static func listArea(_ state: ViewerState, _ area: Rect) -> Rect {
    area.inset(top: 1, bottom: windowRows(state, area))
  }

  private static func rowHeight(_ list: Rect) -> Int {
    list.height >= 24 ? 5 : list.height >= 8 ? 3 : 1
  }

  /// Rows for the windows and their title; none where they would take the series' room.
  private static func windowRows(_ state: ViewerState, _ area: Rect) -> Int {
    guard area.height >= 30, let facts = state.tile.picture?.facts else { return 0 }
    let count = WindowOption.all(facts).count
    return count == 0 ? 0 : count + 3
  }

  static func draw(
    _ state: ViewerState, _ place: ViewerLayout, into buffer: inout CellBuffer, _ look: Look
  ) {
    let area = place.series
    guard let study = state.study else { return }
    if place.seriesCovers {
      buffer.fill(area, style: look[.text])
    }
    let line = Rect(x: area.maxX - 1, y: area.y, width: 1, height: area.height)
    if area.width > 12 { buffer.fill(line, style: look[.rule], character: "│") }
    buffer.write(
      "Series", x: area.x, y: area.y, width: area.width - 2,
      style: look[state.isChoosingSeries ? .accent : .heading])
    for row in rows(state, in: area) {
      draw(study.series[row.series], row, state, into: &buffer, look)
    }
    drawWindows(state, area, into: &buffer, look)
  }

  private static func draw(
    _ series: ViewerSeries, _ row: Row, _ state: ViewerState, into buffer: inout CellBuffer,
    _ look: Look
  ) {
    let area = row.area
    let isShown = state.tiles.contains { $0.series == row.series }
    let isSelected = state.isChoosingSeries && state.seriesSelection == row.series
    let isActive = state.tile.series == row.series
    var text = area.inset(left: 2, right: 2)
    let side = area.height >= 5 ? 4 : area.height >= 3 ? 3 : 0
    if side > 0, area.width >= 20 {
      let picture = Rect(x: area.x + 2, y: area.y, width: side * 2, height: side)
      drawThumbnail(state, row.series, picture, into: &buffer, look)
      text = area.inset(left: 3 + side * 2, right: 2)
    }
    let count = Format.count(series.images.count)
    if area.height == 1 {
      buffer.write(
        count, x: text.x, y: text.y, width: text.width, style: look[.dim], align: .right)
      text.width = max(0, text.width - count.count - 1)
    }
    let title = "\(row.series + 1) \(series.title)"
    buffer.write(
      title, x: text.x, y: text.y, width: text.width,
      style: look[isSelected ? .selection : isShown ? .bright : .text])
    if area.height > 1 {
      let facts = [series.modality, count + (series.images.count == 1 ? " image" : " images")]
        .filter { !$0.isEmpty }.joined(separator: "  ")
      buffer.write(facts, x: text.x, y: text.y + 1, width: text.width, style: look[.dim])
    }
    if area.height > 2, let note = series.notes.first {
      buffer.write(
        "! " + note, x: text.x, y: text.y + 2, width: text.width, style: look[.waiting])
    }
    for y in area.y..<(area.y + max(1, min(area.height, side))) where isSelected || isActive {
      if isSelected {
        SelectionMarker.draw(into: &buffer, x: area.x, y: y, look)
      } else {
        buffer.write("▌", x: area.x, y: y, width: 1, style: look[.dim])
      }
    }
    if isSelected { SelectionMarker.draw(into: &buffer, x: area.x, y: area.y, look) }
  }

  private static func drawThumbnail(
    _ state: ViewerState, _ series: Int, _ area: Rect, into buffer: inout CellBuffer, _ look: Look
  ) {
    guard
      let raster = state.thumbnails[SeriesKey(study: state.studyIndex, series: series)]
    else { return }
    let fitted = Thumbnail.fit(width: raster.width, height: raster.height, in: area)
    buffer.draw(raster, in: fitted, CellRendering.best(depth: look.depth, unicode: !look.ascii))
  }

  /// The windows by their numbers, the one in use marked.
  private static func drawWindows(
    _ state: ViewerState, _ area: Rect, into buffer: inout CellBuffer, _ look: Look
  ) {
    let rows = windowRows(state, area)
    guard rows > 0, let picture = state.tile.picture else { return }
    var y = area.maxY - rows + 1
    buffer.write("Windows", x: area.x, y: y, width: area.width - 2, style: look[.heading])
    for (number, option) in WindowOption.all(picture.facts).enumerated() {
      y += 1
      let isUsed =
        state.tile.window == option.setting
        || state.tile.window == .file && option.setting == .view(0)
      let line = Rect(x: area.x + 2, y: y, width: area.width - 4, height: 1)
      buffer.write(
        [
          look.span("\(number + 1) ", .key),
          look.span(option.name, isUsed ? .bright : .text),
        ], x: line.x, y: y, width: line.width - 11)
      buffer.write(
        option.numbers, x: line.x, y: y, width: line.width - 2, style: look[.dim], align: .right)
      if isUsed { buffer.write("•", x: line.maxX - 1, y: y, width: 1, style: look[.accent]) }
    }
  }
}
