import Screen

/// The line in which a list is narrowed, in place of the key bar. Arrows go on to the list.
struct FilterLayer: LayerContent {
  var field: TextField

  init(_ text: String) { field = TextField(text, limit: 200) }

  mutating func handle(_ event: InputEvent, screen: Rect) -> LayerResult {
    switch event {
    case .paste(let text):
      field.insert(text)
      return .stays(.filter(field.text, settled: false))
    case .key(let key):
      switch key.code {
      case .enter: return .closes(.filter(field.text, settled: true))
      case .escape: return .closes(.filter("", settled: true))
      case .up, .down, .pageUp, .pageDown: return .ignored
      case .backspace where field.isEmpty: return .closes(.filter("", settled: true))
      default:
        let before = field.text
        guard field.handle(key) else { return .ignored }
        return field.text == before ? .stays : .stays(.filter(field.text, settled: false))
      }
    case .mouse, .resize, .focus, .background: return .ignored
    }
  }

  var hints: [BarItem] { [BarItem(Key(.enter), "keep"), BarItem(Key(.escape), "clear")] }

  /// Draws into the last row of the screen, which is the key bar's.
  func view(screen: Rect, into buffer: inout CellBuffer, _ look: Look) {
    let line = screen.row(-1)
    guard !line.isEmpty else { return }
    buffer.fill(line, style: look[.text])
    let keys = line.width >= 50 ? 26 : 0
    buffer.write("/", x: line.x, y: line.y, width: 1, style: look[.key])
    field.draw(
      placeholder: "words, each found anywhere in the row", focused: true, into: &buffer,
      line.inset(left: 2, right: keys), look)
    if keys > 0 {
      buffer.write(
        [
          look.span("Enter", .key), look.span(" keep   ", .dim), look.span("Esc", .key),
          look.span(" clear", .dim),
        ], x: line.maxX - keys + 2, y: line.y, width: keys - 2, align: .right)
    }
  }
}
