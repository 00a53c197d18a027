import Screen

/// A list of commands that is searched by typing and runs what is chosen: help (`?`), which tells
/// what each does, and the palette (`:`), which is short and takes arguments.
struct CommandPicker: LayerContent {
  enum Mode: Sendable, Equatable { case help, palette }

  struct Row: Sendable, Equatable {
    var id: String
    var title: String
    var help: String
    var keys: String
    /// Where it works: a pane's title, or empty.
    var place: String
    var argument: String?
    var disabledReason: String?
  }

  let mode: Mode
  let rows: [Row]
  var query = TextField("", limit: 200)
  var selected = 0
  var top = 0

  init(_ mode: Mode, rows: [Row]) {
    self.mode = mode
    self.rows = rows
  }

  /// The rows that fit the query, best first (in help, in their own order), with the argument that
  /// the query holds for each.
  var matches: [(row: Row, argument: String)] {
    let text = query.text.trimmed
    if text.isEmpty { return rows.map { ($0, "") } }
    var found: [(row: Row, argument: String, score: Int, index: Int)] = []
    let head = text.prefix { $0 != " " }
    let tail = String(text.dropFirst(head.count)).trimmed
    for (index, row) in rows.enumerated() {
      if let score = score(text, row) {
        found.append((row, "", score, index))
      } else if row.argument != nil, !tail.isEmpty, let score = score(String(head), row) {
        found.append((row, tail, score, index))
      }
    }
    found.sort { mode == .help || $0.score == $1.score ? $0.index < $1.index : $0.score > $1.score }
    return found.map { ($0.row, $0.argument) }
  }

  private func score(_ text: String, _ row: Row) -> Int? {
    if row.keys.split(separator: " ").contains(Substring(text)) { return 1_000 }
    let words = row.place.isEmpty ? row.title : "\(row.title) \(row.place)"
    if let score = FuzzyMatch.score(text, in: words) { return score }
    guard mode == .help else { return nil }
    return row.help.lowercased().contains(text.lowercased()) ? 0 : nil
  }

  mutating func handle(_ event: InputEvent, screen: Rect) -> LayerResult {
    let list = areas(in: screen).list
    let found = matches
    var step = 0
    switch event {
    case .key(let key):
      switch key.code {
      case .escape:
        if query.isEmpty { return .closes() }
        query.set("")
        selected = 0
      case .enter: return run(found)
      case .up: step = -1
      case .down, .tab: step = 1
      case .backTab: step = -1
      case .pageUp: step = -max(1, list.height - 1)
      case .pageDown: step = max(1, list.height - 1)
      case .character("?") where mode == .help && query.isEmpty: return .closes()
      case .backspace where query.isEmpty: return .closes()
      default: if query.handle(key) { selected = 0 } else { return .ignored }
      }
    case .paste(let text):
      query.insert(text)
      selected = 0
    case .mouse(let mouse):
      switch mouse.action {
      case .wheelUp: step = -3
      case .wheelDown: step = 3
      case .press where list.contains(mouse.point):
        selected = min(top + mouse.point.y - list.y, max(0, found.count - 1))
        return run(found)
      case .press where !areas(in: screen).panel.contains(mouse.point): return .closes()
      default: break
      }
    case .resize, .focus, .background: break
    }
    let count = matches.count
    selected = min(max(0, selected + step), max(0, count - 1))
    if selected < top { top = selected }
    if list.height > 0, selected >= top + list.height { top = selected - list.height + 1 }
    top = min(max(0, top), max(0, count - list.height))
    return .stays
  }

  private func run(_ found: [(row: Row, argument: String)]) -> LayerResult {
    guard found.indices.contains(selected) else { return .stays }
    return .closes(.run(found[selected].row.id, argument: found[selected].argument))
  }

  var hints: [BarItem] {
    [BarItem(Key(.enter), "run"), BarItem(Key(.down), "next"), BarItem(Key(.escape), "close")]
  }

  /// The places of panel, search field, list, and the sentence on the selected row.
  func areas(in screen: Rect) -> (panel: Rect, field: Rect, list: Rect, note: Rect) {
    let width = min(mode == .help ? 100 : 64, screen.width)
    let lines = width < 60 ? 3 : 2
    let note = width < 100 && mode == .help && screen.height >= 12 ? lines : 0
    let wanted = mode == .help ? rows.count + 4 : min(rows.count, 12) + 4
    var panel = screen.centered(width: width, height: wanted)
    if mode == .palette { panel.y = screen.y + min(2, screen.height - panel.height) }
    let inner = panel.inset(left: 2, top: 1, right: 2, bottom: 1)
    let parts = inner.rows([
      .fixed(1), .fixed(inner.height > 3 ? 1 : 0), .flexible(1), .fixed(note > 0 ? 1 : 0),
      .fixed(note),
    ])
    return (panel, parts[0], parts[2], parts[4])
  }

  func view(screen: Rect, into buffer: inout CellBuffer, _ look: Look) {
    let areas = areas(in: screen)
    Panel.draw(mode == .help ? "What you can do here" : "", into: &buffer, areas.panel, look)
    let found = matches
    let columns =
      mode == .help
      ? [
        TableColumn("", .fixed(14)), TableColumn("", .fixed(15)),
        TableColumn("", .flexible(1), dropOrder: 2, minimum: 20),
      ]
      : [
        TableColumn("", .flexible(1)), TableColumn("", .fixed(13), dropOrder: 2),
        TableColumn("", .fixed(9), align: .right),
      ]
    let table = Table(columns: columns, width: areas.list.width)
    for (index, match) in found.dropFirst(top).prefix(areas.list.height).enumerated() {
      let isSelected = top + index == selected
      table.drawRow(
        values(of: match.row, argument: match.argument, isSelected: isSelected, look),
        selected: isSelected, into: &buffer, x: areas.list.x, y: areas.list.y + index, look)
    }
    if found.isEmpty {
      buffer.write(
        "Nothing is called that. Esc clears.", x: areas.list.x + 2, y: areas.list.y,
        width: areas.list.width - 2, style: look[.dim])
    }
    if !areas.note.isEmpty, found.indices.contains(selected) {
      let row = found[selected].row
      let text = row.disabledReason.map { "\(row.help) Not now: \($0)." } ?? row.help
      Paragraph.draw(text, style: look[.text], into: &buffer, areas.note)
    }
    let position = found.isEmpty ? "" : "\(selected + 1) of \(found.count)"
    let positionWidth = min(SafeText.width(position), max(0, areas.field.width - 20))
    buffer.write(
      position, x: areas.field.maxX - positionWidth, y: areas.field.y, width: positionWidth,
      style: look[.dim])
    let sign = mode == .help ? "/" : ":"
    buffer.write(sign, x: areas.field.x, y: areas.field.y, width: 1, style: look[.key])
    query.draw(
      placeholder: mode == .help ? "type to search, Enter runs" : "type a command",
      focused: true, into: &buffer, areas.field.inset(left: 2, right: positionWidth + 2), look)
  }

  private func values(
    of row: Row, argument: String, isSelected: Bool, _ look: Look
  ) -> [Table.Value] {
    let main = look[isSelected ? .selection : (row.disabledReason == nil ? .bright : .dim)]
    let help = row.disabledReason.map { "not now: \($0)" } ?? row.help
    switch mode {
    case .help:
      return [
        .init(row.keys, look[.key]), .init(row.title, main),
        .init(help, look[row.disabledReason == nil ? .text : .dim]),
      ]
    case .palette:
      var title = [Span(row.title, main)]
      if !argument.isEmpty {
        title.append(look.span(" \(argument)", .accent))
      } else if let name = row.argument {
        title.append(look.span(" \(name)…", .dim))
      }
      if let reason = row.disabledReason { title.append(look.span("  not now: \(reason)", .dim)) }
      let key = row.keys.split(separator: " ").first.map(String.init) ?? ""
      return [.init(title), .init(row.place, look[.dim]), .init(key, look[.key])]
    }
  }
}
