import Screen

/// How this terminal gets pictures.
enum GraphicsWay: Equatable {
  /// As characters only.
  case cells
  /// Placed by the protocol over blank cells.
  case kitty
  /// Through tmux, where characters stand for the picture.
  case kittyPlaceholders
  case iterm2
  /// - Parameter registers: colours that the terminal keeps.
  case sixel(registers: Int)

  /// True where the terminal enlarges pictures by itself, so that fewer samples can be sent.
  var isScaling: Bool {
    switch self {
    case .kitty, .kittyPlaceholders, .iterm2: true
    case .cells, .sixel: false
    }
  }
}
