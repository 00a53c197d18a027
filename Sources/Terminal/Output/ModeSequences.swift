import CNCurses

/// The bytes that put the terminal into the state that the program wants, and back.
struct ModeSequences {
  /// Clicks, drags and the wheel, in decimal numbers.
  static let mouseOn = Array("\u{1B}[?1002h\u{1B}[?1006h".utf8)
  static let mouseOff = Array("\u{1B}[?1006l\u{1B}[?1002l".utf8)

  /// All but the mouse.
  let enter: [UInt8]
  let leave: [UInt8]
  let bell: [UInt8]

  /// From the terminal type's capabilities, which ncurses has read.
  init(options: TerminalOptions, synchronizedOutput: Bool) {
    var enter = ""
    // In the order of leaving; entering is the reverse.
    var leave = synchronizedOutput ? "\u{1B}[?2026l" : ""
    leave += String(decoding: Self.mouseOff, as: UTF8.self)
    if options.focus {
      enter += "\u{1B}[?1004h"
      leave += "\u{1B}[?1004l"
    }
    enter += "\u{1B}[?2004h"
    leave += "\u{1B}[?2004l"
    // No automatic wrap: a character that the terminal thinks wider than we do stays in its row.
    enter += Self.capability("rmam")
    leave += Self.capability("smam")
    enter += Self.capability("smkx")
    leave += Self.capability("rmkx")
    leave += Self.capability("sgr0") + Self.capability("op")
    // The alternate screen: what it shows never reaches the scrollback. Cleared before it is left,
    // for terminals that keep it.
    enter = Self.capability("smcup") + enter
    leave += Self.capability("clear") + Self.capability("rmcup") + Self.capability("cnorm")
    self.enter = Array(enter.utf8)
    self.leave = Array(leave.utf8)
    let bell = Self.capability("bel")
    self.bell = Array((bell.isEmpty ? "\u{7}" : bell).utf8)
  }

  /// A capability as text, without the padding that only hardware terminals needed.
  private static func capability(_ name: String) -> String {
    guard let value = rr_curses_capability(name) else { return "" }
    var result = ""
    var isPadding = false
    let text = Array(String(cString: value))
    for (index, character) in text.enumerated() {
      if character == "$", index + 1 < text.count, text[index + 1] == "<" { isPadding = true }
      if !isPadding { result.append(character) }
      if character == ">" { isPadding = false }
    }
    return result
  }
}
