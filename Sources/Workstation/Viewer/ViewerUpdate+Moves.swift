import Imaging
import Screen

extension ViewerPane {
  /// Images that a page of a stack has.
  static let page = 10

  static func move(
    _ state: inout ViewerState, _ move: ListMove, _ context: PaneContext
  ) -> [Effect] {
    if state.metadata != nil {
      moveInMetadata(&state, move, height: MetadataView.height(context.area))
      return []
    }
    if state.isChoosingSeries {
      moveInSeries(&state, move)
      return []
    }
    switch move {
    case .nextPart, .previousPart:
      let count = state.tiles.count
      state.active = (state.active + (move == .nextPart ? 1 : count - 1)) % count
      state.points = []
      state.cursor = nil
      return []
    case .up, .down, .left, .right:
      if state.tool == .pan {
        pan(
          &state, right: move == .left ? -4 : move == .right ? 4 : 0,
          down: move == .up ? -2 : move == .down ? 2 : 0, context)
        return []
      }
      if state.tool.hasCursor {
        moveCursor(&state, move, by: 1, context)
        return []
      }
    default: break
    }
    guard let count = state.series(of: state.tile)?.images.count, count > 0 else { return [] }
    let position = state.tile.position
    switch move {
    case .up: scroll(&state, to: position - 1)
    case .down: scroll(&state, to: position + 1)
    case .pageUp: scroll(&state, to: position - page)
    case .pageDown: scroll(&state, to: position + page)
    case .first: scroll(&state, to: 0)
    case .last: scroll(&state, to: count - 1)
    case .left: show(series: state.tile.series - 1, &state)
    case .right: show(series: state.tile.series + 1, &state)
    case .nextPart, .previousPart: break
    }
    return []
  }

  /// Goes to an image of the active stack; the other tiles follow where their positions prove which
  /// of their images lies at the same place.
  static func scroll(_ state: inout ViewerState, to wanted: Int) {
    guard let series = state.series(of: state.tile), !series.images.isEmpty else { return }
    let position = min(max(0, wanted), series.images.count - 1)
    guard position != state.tile.position else { return }
    state.tile.position = position
    state.points = []
    guard state.isSynchronised, state.tiles.count > 1,
      let distance = series.images[position].distance,
      let slice = state.tile.picture?.facts.slice
    else { return }
    for index in state.tiles.indices where index != state.active {
      guard let other = state.tiles[index].picture?.facts.slice, slice.isComparable(with: other),
        let nearest = state.series(of: state.tiles[index])?.nearest(to: distance)
      else { continue }
      state.tiles[index].position = nearest
    }
  }

  /// Shows another series in the active tile, from its first image, as its file asks for.
  static func show(series index: Int, _ state: inout ViewerState) {
    guard let study = state.study, study.series.indices.contains(index),
      index != state.tile.series
    else { return }
    state.tile = ViewerTile(series: index)
    state.points = []
    state.cursor = nil
    state.seriesSelection = index
  }

  // MARK: The list of series

  private static func moveInSeries(_ state: inout ViewerState, _ move: ListMove) {
    let count = state.study?.series.count ?? 0
    let selected = state.seriesSelection
    let wanted =
      switch move {
      case .up, .left: selected - 1
      case .down, .right: selected + 1
      case .pageUp: selected - 5
      case .pageDown: selected + 5
      case .first: 0
      case .last: count - 1
      case .nextPart, .previousPart: selected
      }
    state.seriesSelection = min(max(0, wanted), max(0, count - 1))
  }

  static func choose(_ state: inout ViewerState) {
    show(series: state.seriesSelection, &state)
    state.isChoosingSeries = false
  }
}
