/// Moving through a text that is longer than its area.
enum Scrolling {
  /// The first visible line after a move, clamped to the text.
  static func moved(_ offset: Int, _ move: ListMove, height: Int, lines: Int) -> Int {
    let page = max(1, height - 1)
    let last = max(0, lines - max(1, height))
    let wanted =
      switch move {
      case .up: offset - 1
      case .down: offset + 1
      case .pageUp: offset - page
      case .pageDown: offset + page
      case .first: 0
      case .last: last
      case .left, .right, .nextPart, .previousPart: offset
      }
    return min(max(0, wanted), last)
  }

  /// The first visible row so that the selected one is in sight, moved as little as that needs.
  static func kept(_ top: Int, selected: Int, height: Int, count: Int) -> Int {
    let height = max(1, height)
    var top = top
    if selected < top { top = selected }
    if selected >= top + height { top = selected - height + 1 }
    return min(max(0, top), max(0, count - height))
  }
}
