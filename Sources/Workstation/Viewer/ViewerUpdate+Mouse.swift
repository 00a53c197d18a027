import Imaging
import Screen

extension ViewerPane {
  static func point(
    _ state: inout ViewerState, _ mouse: Mouse, _ context: PaneContext
  ) -> [Effect] {
    guard state.study != nil else { return [] }
    let place = layout(state, context)
    if state.metadata != nil {
      clickMetadata(&state, mouse, context)
      return []
    }
    switch mouse.action {
    case .wheelUp, .wheelDown: return wheel(&state, mouse, place, context)
    case .press: return press(&state, mouse, place, context)
    case .drag: drag(&state, mouse, place, context)
    case .release: return release(&state, mouse, place, context)
    }
    return []
  }

  /// One image for each notch; with Ctrl the size changes around the mouse.
  private static func wheel(
    _ state: inout ViewerState, _ mouse: Mouse, _ place: ViewerLayout, _ context: PaneContext
  ) -> [Effect] {
    let isUp = mouse.action == .wheelUp
    if place.series.contains(mouse.point), state.isChoosingSeries {
      return move(&state, isUp ? .up : .down, context)
    }
    guard let tile = place.tile(at: mouse.point) else { return [] }
    state.active = tile
    if mouse.modifiers.contains(.control) {
      zoom(&state, by: isUp ? 1.25 : 0.8, at: cell(mouse.point, place.tiles[tile]), context)
    } else {
      scroll(&state, to: state.tile.position + (isUp ? -1 : 1))
    }
    return []
  }

  private static func press(
    _ state: inout ViewerState, _ mouse: Mouse, _ place: ViewerLayout, _ context: PaneContext
  ) -> [Effect] {
    if place.series.contains(mouse.point) {
      let rows = SeriesList.rows(state, in: place.series)
      if let row = rows.first(where: { $0.area.contains(mouse.point) }) {
        state.seriesSelection = row.series
        choose(&state)
      }
      return []
    }
    guard let tile = place.tile(at: mouse.point) else { return [] }
    if tile != state.active {
      state.active = tile
      state.points = []
    }
    state.cursor = cell(mouse.point, place.tiles[tile])
    switch mouse.button {
    case .middle: state.drag = ViewerDrag(kind: .pan, last: mouse.point)
    case .right: state.drag = ViewerDrag(kind: .zoom, last: mouse.point)
    case .left, .none:
      switch state.tool {
      case .window: state.drag = ViewerDrag(kind: .window, last: mouse.point)
      case .pan: state.drag = ViewerDrag(kind: .pan, last: mouse.point)
      case .probe: state.drag = ViewerDrag(kind: .point, last: mouse.point)
      case .distance, .angle, .ellipse:
        state.drag = ViewerDrag(kind: .point, last: mouse.point)
        return setPoint(&state, context)
      }
    }
    return []
  }

  private static func drag(
    _ state: inout ViewerState, _ mouse: Mouse, _ place: ViewerLayout, _ context: PaneContext
  ) {
    guard let drag = state.drag, place.tiles.indices.contains(state.active) else { return }
    let right = Double(mouse.point.x - drag.last.x)
    let down = Double(mouse.point.y - drag.last.y)
    state.drag?.last = mouse.point
    switch drag.kind {
    case .window:
      guard right != 0 || down != 0, state.tile.picture?.facts.isGray == true else { return }
      change(&state, width: pow(1.03, right), level: down * 0.03)
    case .pan: pan(&state, right: right, down: down, context)
    case .zoom: zoom(&state, by: pow(1.05, right - down), context)
    case .point: state.cursor = cell(mouse.point, place.tiles[state.active])
    }
  }

  /// Letting go elsewhere than where the button went down sets the second point of a line.
  private static func release(
    _ state: inout ViewerState, _ mouse: Mouse, _ place: ViewerLayout, _ context: PaneContext
  ) -> [Effect] {
    defer { state.drag = nil }
    guard state.drag?.kind == .point, !state.points.isEmpty, state.tool.pointCount > 0,
      place.tiles.indices.contains(state.active), let picture = state.tile.picture
    else { return [] }
    let tile = place.tiles[state.active]
    let cells = CellProjection(area: tile.picture, projection: picture.projection)
    let cell = cell(mouse.point, tile)
    guard let last = state.points.last, cells.cell(of: last) != cell else { return [] }
    state.cursor = cell
    return setPoint(&state, context)
  }

  /// The cell of a picture under a place of the screen; the nearest one beside it.
  private static func cell(_ point: Point, _ tile: ViewerLayout.TilePlace) -> Point {
    Point(
      x: min(max(0, point.x - tile.picture.x), max(0, tile.picture.width - 1)),
      y: min(max(0, point.y - tile.picture.y), max(0, tile.picture.height - 1)))
  }

  /// A power with a whole exponent, which may be negative.
  private static func pow(_ base: Double, _ exponent: Double) -> Double {
    var result = 1.0
    for _ in 0..<min(200, Int(abs(exponent))) { result *= base }
    return exponent < 0 ? 1 / result : result
  }
}
