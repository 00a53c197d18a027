/// A terminal's screen as a grid: understands what ncurses sends to `xterm-256color`, so that tests
/// read what a person would see.
public struct VirtualScreen: Sendable, CustomStringConvertible {
  /// One cell as the terminal shows it.
  public struct Cell: Sendable, Equatable {
    public var text = " "
    public var look = Look()
    /// Pixels of sixel or inline graphics lie here: until something is written over them.
    public var hasPixels = false
  }

  /// Colours and attributes, in the words of the SGR sequence.
  public struct Look: Sendable, Equatable {
    /// Nil is the terminal's own; else `5;n` or `2;r;g;b`.
    public var foreground: String?
    public var background: String?
    /// SGR numbers that are on: 1 bold, 2 dim, 3 italic, 4 underline, 7 reverse.
    public var attributes: Set<Int> = []
  }

  public private(set) var rows: Int
  public private(set) var columns: Int
  public internal(set) var cursor = (x: 0, y: 0)
  /// DEC private modes that are set, for example 1049 (alternate screen), 25 (cursor), 2004.
  public internal(set) var modes: Set<Int> = [7, 25]
  /// Application keypad (ESC =).
  public internal(set) var keypad = false
  public internal(set) var bells = 0
  public internal(set) var look = Look()
  /// Sequences that were not understood; a test should find none.
  public internal(set) var unknown: [String] = []
  /// What the program asked the terminal and the terminal has not answered yet.
  public internal(set) var questions: [String] = []
  /// Strings that are no text: graphics and their like, in order.
  public internal(set) var strings: [StringSequence] = []
  /// Columns of a character; tests replace it to play a terminal with another opinion.
  public var width: @Sendable (Unicode.Scalar) -> Int = VirtualScreen.standardWidth

  var cells: [[Cell]]
  var normalScreen: [[Cell]]?
  var savedCursor = (x: 0, y: 0)
  var scrollRegion: ClosedRange<Int>
  var wrapPending = false
  var lastCharacter: Unicode.Scalar?
  var partial: [UInt8] = []

  public init(rows: Int, columns: Int) {
    self.rows = max(1, rows)
    self.columns = max(1, columns)
    cells = Array(
      repeating: Array(repeating: Cell(), count: max(1, columns)), count: max(1, rows))
    scrollRegion = 0...(max(1, rows) - 1)
  }

  /// One line, without trailing spaces.
  public func line(_ y: Int) -> String {
    guard cells.indices.contains(y) else { return "" }
    var text = cells[y].map(\.text).joined()
    while text.last == " " { text.removeLast() }
    return text
  }

  /// All lines, without trailing spaces and empty lines at the end.
  public var text: String {
    var lines = (0..<rows).map(line)
    while lines.last == "" { lines.removeLast() }
    return lines.joined(separator: "\n")
  }

  public var description: String { text }

  public func cell(_ x: Int, _ y: Int) -> Cell {
    guard cells.indices.contains(y), cells[y].indices.contains(x) else { return Cell() }
    return cells[y][x]
  }

  /// The place of the first occurrence of a text.
  public func find(_ text: String) -> (x: Int, y: Int)? {
    for y in 0..<rows {
      for x in 0..<columns {
        var seen = ""
        var column = x
        while seen.count < text.count, column < columns {
          seen += cells[y][column].text
          column += 1
        }
        if seen.hasPrefix(text), !cells[y][x].text.isEmpty { return (x, y) }
      }
    }
    return nil
  }

  /// As a terminal does it: cut or filled at the right and at the bottom.
  public mutating func resize(rows: Int, columns: Int) {
    self.rows = max(1, rows)
    self.columns = max(1, columns)
    func fitted(_ grid: [[Cell]]) -> [[Cell]] {
      (0..<self.rows).map { y in
        (0..<self.columns).map { x in
          grid.indices.contains(y) && grid[y].indices.contains(x) ? grid[y][x] : Cell()
        }
      }
    }
    cells = fitted(cells)
    normalScreen = normalScreen.map(fitted)
    scrollRegion = 0...(self.rows - 1)
    cursor = (min(cursor.x, self.columns - 1), min(cursor.y, self.rows - 1))
    wrapPending = false
  }

  /// East Asian wide ranges and emoji 2, combining marks 0, all else 1.
  public static let standardWidth: @Sendable (Unicode.Scalar) -> Int = { scalar in
    switch scalar.value {
    case 0x300...0x36F, 0x200B...0x200F, 0x20D0...0x20FF, 0xFE00...0xFE0F: 0
    case 0x0483...0x1D244 where scalar.properties.generalCategory == .nonspacingMark: 0
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD:
      2
    default: 1
    }
  }
}
