import Domain
import Screen

/// Short facts side by side, flowing into as many lines as the width needs.
enum Facts {
  /// Lines of facts with three blanks between; a fact that is wider than a line is cut when drawn.
  static func flow(_ facts: [[Span]], width: Int, gap: Int = 3) -> [[Span]] {
    var lines: [[Span]] = []
    var line: [Span] = []
    var used = 0
    for fact in facts where !fact.isEmpty {
      let wide = fact.reduce(0) { $0 + SafeText.width($1.text) }
      if !line.isEmpty, used + gap + wide > width {
        lines.append(line)
        line = []
        used = 0
      }
      if !line.isEmpty {
        line.append(Span(String(repeating: " ", count: gap), fact[0].style))
        used += gap
      }
      line += fact
      used += wide
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }

  /// A label padded to a column, and its value.
  static func labelled(_ label: String, _ value: [Span], column: Int, _ look: Look) -> [Span] {
    let blanks = max(1, column - SafeText.width(label))
    return [look.span(label + String(repeating: " ", count: blanks), .dim)] + value
  }
}

/// A service level as it looks: STAT is red, emergency bright.
enum LevelWord {
  static func span(_ level: ServiceLevel, short: Bool = false, _ look: Look) -> Span {
    switch level {
    case .stat: look.span(level.title, .alarm)
    case .emergency: look.span(level.title, .bright)
    case .subspecialty: look.span(short ? "subspec." : level.title, .text)
    case .routine: look.span(level.title, .dim)
    }
  }
}
