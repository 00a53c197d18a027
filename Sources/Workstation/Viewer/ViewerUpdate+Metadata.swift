import Screen

extension ViewerPane {
  static func openMetadata(_ state: inout ViewerState) -> [Effect] {
    guard state.study != nil else { return [] }
    if state.metadata != nil {
      state.metadata = nil
      return []
    }
    state.metadata = MetadataState()
    state.isChoosingSeries = false
    return [
      .viewer(
        .metadata(
          generation: state.generation, study: state.studyIndex, series: state.tile.series,
          position: state.tile.position))
    ]
  }

  static func filter(_ state: inout ViewerState, _ text: String) {
    guard var metadata = state.metadata else { return }
    metadata.filter = text
    metadata.selected = 0
    metadata.top = 0
    state.metadata = metadata
  }

  static func moveInMetadata(_ state: inout ViewerState, _ move: ListMove, height: Int) {
    guard var metadata = state.metadata else { return }
    let count = metadata.visible.count
    let page = max(1, height - 1)
    let wanted =
      switch move {
      case .up: metadata.selected - 1
      case .down: metadata.selected + 1
      case .pageUp: metadata.selected - page
      case .pageDown: metadata.selected + page
      case .first: 0
      case .last: count - 1
      case .left, .right, .nextPart, .previousPart: metadata.selected
      }
    metadata.selected = min(max(0, wanted), max(0, count - 1))
    metadata.top = Scrolling.kept(
      metadata.top, selected: metadata.selected, height: height, count: count)
    state.metadata = metadata
  }

  /// Folds the selected sequence, or the one that the selected line stands in.
  static func fold(_ state: inout ViewerState) {
    guard var metadata = state.metadata, let index = metadata.foldable else { return }
    if metadata.folded.remove(index) == nil { metadata.folded.insert(index) }
    let after = metadata.visible
    metadata.selected = after.firstIndex(of: index) ?? min(metadata.selected, after.count - 1)
    state.metadata = metadata
  }

  static func clickMetadata(_ state: inout ViewerState, _ mouse: Mouse, _ context: PaneContext) {
    guard mouse.action == .press, mouse.button == .left, let metadata = state.metadata else {
      return
    }
    let row = mouse.point.y - MetadataView.top(context.area)
    let index = metadata.top + row
    guard row >= 0, index < metadata.visible.count else { return }
    if index == metadata.selected { fold(&state) } else { state.metadata?.selected = index }
  }
}
