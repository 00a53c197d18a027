extension CellBuffer {
  /// Replaces the glyphs that the program itself draws by ASCII, cell by cell; text of people in
  /// their own script stays.
  public mutating func useASCIIGlyphs() {
    for y in 0..<size.height {
      for x in 0..<size.width {
        let cell = self[x, y]
        if !cell.glyph.isASCII, let plain = ASCIIGlyphs.table[cell.text] {
          self[x, y].text = plain
        }
      }
    }
  }
}

/// What stands for our glyphs on a terminal that has ASCII only; one column each.
public enum ASCIIGlyphs {
  static let table: [String: String] = [
    // Custody: queued, sending, stored, verified, committed, paused, failed.
    "○": ".", "◔": ">", "◑": "s", "●": "v", "◉": "c", "‖": "\"", "✕": "x", "◐": "~",
    // Lines and corners.
    "─": "-", "━": "=", "│": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+",
    "┬": "+", "┴": "+", "┼": "+", "╌": "-", "═": "=",
    // Selection, bars by eighths, columns by eighths.
    "▌": ">", "█": "#", "▉": "#", "▊": "#", "▋": "=", "▍": "=", "▎": "-", "▏": "-", "░": ".",
    "▁": "_", "▂": "_", "▃": "-", "▄": "-", "▅": "=", "▆": "=", "▇": "#", "▀": "\"",
    // Marks in text.
    "…": "~", "·": "-", "–": "-", "—": "-", "‹": "<", "›": ">", "«": "<", "»": ">", "×": "x",
    "↑": "^", "↓": "v", "←": "<", "→": ">", "▸": ">", "▾": "v", "▴": "^", "↵": "'", "✉": "@",
    "★": "*", "☆": ".", "✓": "x", "☑": "x", "☐": " ", "⏱": "t", "◌": "?", "�": "?", "⚠": "!",
    "\u{202F}": " ", "\u{A0}": " ", "’": "'", "“": "\"", "”": "\"", "•": "*", "µ": "u",
    "✎": "*", "≡": "#",
  ]
}
