/// A line of text that is being edited. Counts in characters as people see them.
public struct TextField: Sendable, Equatable {
  public private(set) var characters: [Character]
  /// The caret stands before this character; 0…count.
  public private(set) var caret: Int
  /// True hides what is typed.
  public var isSecret: Bool
  /// The greatest number of characters; what is beyond is not taken.
  public var limit: Int

  public init(_ text: String = "", isSecret: Bool = false, limit: Int = 1_000) {
    characters = Array(text.prefix(limit))
    caret = characters.count
    self.isSecret = isSecret
    self.limit = limit
  }

  public var text: String { String(characters) }
  public var isEmpty: Bool { characters.isEmpty }

  /// Replaces everything; the caret goes to the end.
  public mutating func set(_ text: String) {
    characters = Array(text.prefix(limit))
    caret = characters.count
  }

  /// Types or pastes text. Line ends become spaces, other controls are dropped.
  public mutating func insert(_ text: String) {
    var clean: [Character] = []
    for character in text {
      if character.isNewline || character == "\t" {
        clean.append(" ")
      } else if !character.unicodeScalars.contains(where: {
        $0.value < 0x20 || (0x7F..<0xA0).contains($0.value)
      }) {
        clean.append(character)
      }
    }
    let taken = clean.prefix(max(0, limit - characters.count))
    characters.insert(contentsOf: taken, at: caret)
    caret += taken.count
  }

  /// Puts the caret before a character; a place that is not there is the nearest.
  public mutating func moveCaret(to place: Int) { caret = min(max(0, place), characters.count) }

  /// Removes characters; the caret goes where they were.
  public mutating func removeCharacters(_ range: Range<Int>) {
    let range = range.clamped(to: characters.indices)
    remove(from: range.lowerBound, to: range.upperBound)
  }

  /// Handles a key of editing; false when it is none: Enter, Escape, Tab, up and down are for
  /// whoever owns the field.
  public mutating func handle(_ key: Key) -> Bool {
    let byWord = key.modifiers.contains(.control) || key.modifiers.contains(.alt)
    switch key.code {
    case .character(let character):
      if key.modifiers.contains(.control) { return handleControl(character) }
      if key.modifiers.contains(.alt) { return handleAlt(character) }
      insert(String(character))
    case .left: caret = byWord ? wordStart() : max(0, caret - 1)
    case .right: caret = byWord ? wordEnd() : min(characters.count, caret + 1)
    case .home: caret = 0
    case .end: caret = characters.count
    case .backspace: remove(from: byWord ? wordStart() : max(0, caret - 1), to: caret)
    case .delete: remove(from: caret, to: byWord ? wordEnd() : min(characters.count, caret + 1))
    default: return false
    }
    return true
  }

  private mutating func handleControl(_ character: Character) -> Bool {
    switch character {
    case "a": caret = 0
    case "e": caret = characters.count
    case "u": remove(from: 0, to: caret)
    case "k": remove(from: caret, to: characters.count)
    case "w": remove(from: wordStart(), to: caret)
    default: return false
    }
    return true
  }

  private mutating func handleAlt(_ character: Character) -> Bool {
    switch character {
    case "b": caret = wordStart()
    case "f": caret = wordEnd()
    case "d": remove(from: caret, to: wordEnd())
    default: return false
    }
    return true
  }

  private mutating func remove(from start: Int, to end: Int) {
    guard start < end else { return }
    characters.removeSubrange(start..<end)
    caret = start
  }

  private func wordStart() -> Int {
    var index = caret
    while index > 0, characters[index - 1] == " " || characters[index - 1] == "/" { index -= 1 }
    while index > 0, characters[index - 1] != " ", characters[index - 1] != "/" { index -= 1 }
    return index
  }

  private func wordEnd() -> Int {
    var index = caret
    while index < characters.count, characters[index] == " " || characters[index] == "/" {
      index += 1
    }
    while index < characters.count, characters[index] != " ", characters[index] != "/" {
      index += 1
    }
    return index
  }

  /// Draws the field over the width of the area's first row; scrolls sideways to keep the caret in
  /// sight, and puts the hardware cursor there when focused.
  public func draw(
    placeholder: String = "", focused: Bool, into buffer: inout CellBuffer, _ area: Rect,
    _ look: Look
  ) {
    guard !area.isEmpty else { return }
    buffer.fill(area.row(0), style: look[.field])
    if characters.isEmpty, !placeholder.isEmpty {
      var style = look[.dim]
      style.attributes.formUnion(look[.field].attributes.intersection(.underline))
      buffer.write(placeholder, x: area.x, y: area.y, width: area.width, style: style)
    }
    let shown = characters.map { isSecret ? "•" : SafeText.clean(String($0)) }
    let widths = shown.map(SafeText.width)
    var first = 0
    var before = widths[..<caret].reduce(0, +)
    while before >= area.width, first < caret {
      before -= widths[first]
      first += 1
    }
    var x = area.x
    for index in first..<max(first, shown.count) where x + widths[index] <= area.maxX {
      x += buffer.write(
        shown[index], x: x, y: area.y, width: area.maxX - x, style: look[.field])
    }
    if focused {
      buffer.cursor = Point(x: min(area.x + before, area.maxX - 1), y: area.y)
      buffer.cursorVisible = true
    }
  }
}
