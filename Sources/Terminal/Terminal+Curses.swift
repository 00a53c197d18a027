import CLinux
import CNCurses
import Glibc
import Screen

extension Terminal {
  static func currentSize() -> Size? {
    var rows: UInt16 = 0
    var columns: UInt16 = 0
    guard radrelay_window_size(STDOUT_FILENO, &rows, &columns) != 0, rows > 0, columns > 0 else {
      return nil
    }
    // More than any screen has: a bound on memory, not on use.
    return Size(width: min(Int(columns), 1000), height: min(Int(rows), 500))
  }

  static func openCurses(type: String, size: Size) throws(TerminalError) {
    let rows = Int32(clamping: size.height)
    let columns = Int32(clamping: size.width)
    // Direct colour goes through the palette here: see ``ColorMapper``.
    let plain = type.hasSuffix("-direct") ? type.dropLast("-direct".count) + "-256color" : nil
    var result: Int32 = -1
    if let plain { result = rr_curses_open(String(plain), rows, columns) }
    if result != 0 { result = rr_curses_open(type, rows, columns) }
    switch result {
    case 0: return
    case -1: throw .unknownTerminal(type: type)
    case -2: throw .dumbTerminal(type: type)
    default: throw .system("no memory for the screen")
    }
  }

  static func sequence(_ name: String, _ value: Int32) -> String? {
    rr_curses_capability_with(name, value).map { String(cString: $0) }
  }
}
