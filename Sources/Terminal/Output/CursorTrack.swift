/// Follows where ncurses believes the cursor to be while its output goes by, and knows since when a
/// terminal may see that otherwise: after text beyond ASCII, whose width terminals disagree about.
/// The first thing that depends on the column is then preceded by an absolute address, so that
/// nothing behind such text can shift.
struct CursorTrack {
  /// Columns of a character, as ncurses counts them.
  private let width: (UInt32) -> Int32
  private var x = 0
  private var y = 0
  /// Nothing is known before the first absolute address.
  private var isKnown = false
  private var isUncertain = false
  /// Columns of the character printed last.
  private var lastWidth = 1

  init(width: @escaping (UInt32) -> Int32) { self.width = width }

  /// Somebody else has had the terminal.
  mutating func forget() { self = CursorTrack(width: width) }

  /// One ASCII character is about to be printed.
  mutating func printsASCII(_ result: inout [UInt8]) {
    settle(&result)
    x += 1
    lastWidth = 1
  }

  /// A character beyond ASCII is about to be printed. Side by side they stay one piece: a terminal
  /// may join them.
  mutating func prints(_ scalar: UInt32) {
    let width = Int(width(scalar))
    guard width > 0 else { return }
    x += width
    lastWidth = width
    isUncertain = true
  }

  /// Writes the address where the column is uncertain.
  mutating func settle(_ result: inout [UInt8]) {
    guard isUncertain, isKnown else { return }
    isUncertain = false
    result += Array("\u{1B}[\(y + 1);\(x + 1)H".utf8)
  }

  /// A control character other than ESC: appended, or replaced by an address.
  mutating func control(_ byte: UInt8, _ result: inout [UInt8]) {
    switch byte {
    case 0x08: x = max(0, x - 1)
    case 0x09: x = (x / 8 + 1) * 8
    // Raw mode: the column stays.
    case 0x0A: y += 1
    case 0x0D:
      x = 0
      isUncertain = false
    default: break
    }
    move([byte], &result)
  }

  /// A control sequence `ESC [ … final`: appended, or replaced by an address.
  mutating func sequence(
    _ bytes: ArraySlice<UInt8>, final: UInt8, _ numbers: [Int], _ result: inout [UInt8]
  ) {
    let first = max(1, numbers.first ?? 1)
    switch final {
    case 0x48, 0x66:
      y = first - 1
      x = max(1, numbers.count > 1 ? numbers[1] : 1) - 1
      isKnown = true
      isUncertain = false
      result += bytes
      return
    case 0x47, 0x60:
      x = first - 1
      isUncertain = false
    case 0x41: y = max(0, y - first)
    case 0x42: y += first
    case 0x43: x += first
    case 0x44: x = max(0, x - first)
    case 0x5A: x = max(0, (x - 1) / 8 * 8)
    case 0x64: y = first - 1
    case 0x72:
      // The margins of scrolling: the cursor moves, and in them a line feed may move the text. What
      // follows them is addressed absolutely.
      settle(&result)
      isKnown = false
      result += bytes
      return
    case 0x62:
      // Repeats the last character: one piece with it.
      x += first * lastWidth
      result += bytes
      return
    default:
      // Erases or the like, from where the cursor is.
      settle(&result)
      result += bytes
      return
    }
    move(bytes, &result)
  }

  /// `ESC` and one character.
  mutating func escape(_ bytes: ArraySlice<UInt8>, _ result: inout [UInt8]) {
    guard bytes.last == 0x4D else {
      // Where the cursor is may be what it saves.
      settle(&result)
      result += bytes
      return
    }
    // Reverse index: a line up.
    y = max(0, y - 1)
    move(bytes, &result)
  }

  /// A movement that starts from where the cursor is, or the address that it leads to.
  private mutating func move(_ bytes: ArraySlice<UInt8>, _ result: inout [UInt8]) {
    if isUncertain, isKnown { settle(&result) } else { result += bytes }
  }
}
