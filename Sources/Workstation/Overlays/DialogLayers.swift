import Screen

/// A question with yes or no. Yes is `y`, never Enter: nothing is given up by a key too many.
struct ConfirmLayer: LayerContent {
  var question: Confirmation
  var asker: Asker

  mutating func handle(_ event: InputEvent, screen: Rect) -> LayerResult {
    guard case .key(let key) = event else { return .stays }
    switch key.code {
    case .character("y"), .character("Y"):
      guard key.modifiers.isEmpty else { return .stays }
      return .closes(.answer(asker, id: question.id, text: ""))
    case .character("b") where key.modifiers.isEmpty:
      guard let other = question.alternative else { return .stays }
      return .closes(.answer(asker, id: question.id, text: other))
    case .escape, .character("n"), .character("N"): return .closes()
    default: return .stays
    }
  }

  var hints: [BarItem] {
    var hints = [BarItem(.character("y"), question.action.lowercasedFirst)]
    if let other = question.alternative { hints.append(BarItem(.character("b"), other)) }
    return hints + [BarItem(Key(.escape), "no")]
  }

  func view(screen: Rect, into buffer: inout CellBuffer, _ look: Look) {
    let width = min(64, screen.width)
    let lines = Wrapping.lines(question.text, columns: max(1, width - 4))
    let area = screen.centered(width: width, height: lines.count + 4)
    let inner = Panel.draw(question.title, into: &buffer, area, look)
    for (index, line) in lines.prefix(max(0, inner.height - 1)).enumerated() {
      buffer.write(line, x: inner.x, y: inner.y + index, width: inner.width, style: look[.text])
    }
    let last = inner.row(-1)
    guard !last.isEmpty else { return }
    let spans = hints.flatMap { hint in
      [look.span(hint.label, .key), look.span(" \(hint.title)   ", .text)]
    }
    buffer.write(spans, x: last.x, y: last.y, width: last.width)
    buffer.cursor = Point(x: last.x, y: last.y)
    buffer.cursorVisible = false
  }
}

/// A question that wants a line of text.
struct PromptLayer: LayerContent {
  var question: Prompt
  var asker: Asker
  var field: TextField
  var problem = ""

  init(_ question: Prompt, asker: Asker) {
    self.question = question
    self.asker = asker
    field = TextField(question.initial, limit: question.limit)
  }

  mutating func handle(_ event: InputEvent, screen: Rect) -> LayerResult {
    switch event {
    case .paste(let text): field.insert(text)
    case .key(let key):
      switch key.code {
      case .escape: return .closes()
      case .enter:
        let text = field.text.trimmed
        if question.isRequired, text.isEmpty {
          problem = "Write something first, or press Esc."
          return .stays
        }
        return .closes(.answer(asker, id: question.id, text: text))
      default:
        if field.handle(key) { problem = "" }
      }
    case .mouse, .resize, .focus, .background: break
    }
    return .stays
  }

  var hints: [BarItem] { [BarItem(Key(.enter), "accept"), BarItem(Key(.escape), "cancel")] }

  func view(screen: Rect, into buffer: inout CellBuffer, _ look: Look) {
    let width = min(72, screen.width)
    let lines = Wrapping.lines(question.text, columns: max(1, width - 4))
    let area = screen.centered(width: width, height: lines.count + 5)
    let inner = Panel.draw(question.title, into: &buffer, area, look)
    let parts = inner.rows([.flexible(1), .fixed(1), .fixed(1)])
    for (index, line) in lines.prefix(parts[0].height).enumerated() {
      buffer.write(line, x: inner.x, y: parts[0].y + index, width: inner.width, style: look[.text])
    }
    field.draw(focused: true, into: &buffer, parts[1], look)
    guard !parts[2].isEmpty else { return }
    if !problem.isEmpty {
      buffer.write(
        problem, x: parts[2].x, y: parts[2].y, width: parts[2].width, style: look[.waiting])
    } else if question.limit <= 1_000 {
      buffer.write(
        "\(field.characters.count) of \(question.limit)", x: parts[2].x, y: parts[2].y,
        width: parts[2].width, style: look[.dim], align: .right)
    }
  }
}

/// A longer text that scrolls.
struct DetailsLayer: LayerContent {
  var title: String
  var text: String
  var offset = 0

  private func area(in screen: Rect) -> Rect {
    let width = min(90, screen.width)
    let lines = Wrapping.lines(text, columns: max(1, width - 4))
    return screen.centered(width: width, height: lines.count + 2)
  }

  mutating func handle(_ event: InputEvent, screen: Rect) -> LayerResult {
    let inner = area(in: screen).inset(left: 2, top: 1, right: 2, bottom: 1)
    let lines = Wrapping.lines(text, columns: max(1, inner.width)).count
    var step = 0
    switch event {
    case .key(let key):
      switch key.code {
      case .escape, .enter, .character("q"): return .closes()
      case .up, .character("k"): step = -1
      case .down, .character("j"): step = 1
      case .pageUp: step = -max(1, inner.height - 1)
      case .pageDown, .character(" "): step = max(1, inner.height - 1)
      case .home, .character("g"): step = -lines
      case .end, .character("G"): step = lines
      default: break
      }
    case .mouse(let mouse):
      if mouse.action == .wheelUp { step = -3 }
      if mouse.action == .wheelDown { step = 3 }
    case .paste, .resize, .focus, .background: break
    }
    offset = Paragraph.clamp(offset + step, lines: lines, height: inner.height)
    return .stays
  }

  var hints: [BarItem] { [BarItem(Key(.down), "scroll"), BarItem(Key(.escape), "close")] }

  func view(screen: Rect, into buffer: inout CellBuffer, _ look: Look) {
    let inner = Panel.draw(title, into: &buffer, area(in: screen), look)
    Paragraph.draw(text, offset: offset, style: look[.text], into: &buffer, inner)
    buffer.cursor = Point(x: inner.x, y: inner.y)
    buffer.cursorVisible = false
  }
}

extension String {
  var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }

  /// Without spaces and line ends at both ends.
  var trimmed: String {
    var part = self[...]
    while let first = part.first, first.isWhitespace { part = part.dropFirst() }
    while let last = part.last, last.isWhitespace { part = part.dropLast() }
    return String(part)
  }
}
