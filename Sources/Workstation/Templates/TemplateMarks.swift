import Domain
import Screen

/// How the screen says that a value came from a template: a mark before it, and words beside the
/// study.
enum TemplateMarks {
  static func mark(_ origin: ValueOrigin?) -> String {
    if case .template = origin { "≡ " } else { "" }
  }

  static func level(_ choice: StudyChoice, _ look: Look) -> Span {
    var span = LevelWord.span(choice.level, look)
    span.text = mark(choice.levelOrigin) + span.text
    return span
  }

  /// `≡ template Brain CT`; nil when nothing came from a template.
  static func words(_ choice: StudyChoice) -> String? {
    let origins =
      [choice.levelOrigin, choice.historyOrigin] + choice.overrides.values.map(\.origin)
    let names = Set(
      origins.compactMap { if case .template(let name) = $0 { name } else { nil } })
    guard !names.isEmpty else { return nil }
    return "≡ template \(names.sorted().joined(separator: ", "))"
  }

  /// What a template did: in the last line, or in both where one is too short.
  static func draw(_ notice: String, _ foot: Rect, into buffer: inout CellBuffer, _ look: Look) {
    let lines = Wrapping.lines(notice, columns: max(1, foot.width)).prefix(max(0, foot.height))
    for (index, line) in lines.enumerated() {
      let row = Rect(
        x: foot.x, y: foot.maxY - lines.count + index, width: foot.width, height: 1)
      buffer.fill(row, style: look[.text])
      buffer.write(line, x: row.x, y: row.y, width: row.width, style: look[.text])
    }
  }

  /// The template that suits a study without a history best, with the key that opens the list.
  static func offer(_ wizard: WizardState, _ choice: StudyChoice) -> String? {
    guard let first = wizard.desk.suggestions(for: choice).first, let reason = first.reason else {
      return nil
    }
    return "\(first.template.name) (\(reason))"
  }
}

extension TextField {
  /// The first placeholder that is to be filled in, at or behind a place.
  private func placeholder(from place: Int) -> Range<Int>? {
    TemplateText(text).open.map(\.range).first { $0.lowerBound >= place }
  }

  /// Puts the caret at the first placeholder that is to be filled in; leaves it where there is none.
  mutating func goToPlaceholder() {
    if let range = placeholder(from: 0) { moveCaret(to: range.lowerBound) }
  }

  /// A key while a history is written: Tab goes to the next placeholder, and what is typed at one
  /// takes its place.
  mutating func handleAtPlaceholder(_ key: Key) {
    if key.code == .tab {
      if let range = placeholder(from: caret + 1) ?? placeholder(from: 0) {
        moveCaret(to: range.lowerBound)
      }
      return
    }
    if case .character = key.code, key.modifiers.isEmpty { takePlaceholder() }
    if key.code == .delete, takePlaceholder() { return }
    _ = handle(key)
  }

  mutating func pasteAtPlaceholder(_ text: String) {
    takePlaceholder()
    insert(text)
  }

  /// Removes the placeholder that begins at the caret.
  @discardableResult
  private mutating func takePlaceholder() -> Bool {
    guard let range = placeholder(from: caret), range.lowerBound == caret else { return false }
    removeCharacters(range)
    return true
  }
}
