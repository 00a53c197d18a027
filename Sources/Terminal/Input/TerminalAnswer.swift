public import Screen

/// What a terminal answers when it is asked about itself.
public enum TerminalAnswer: Sendable, Equatable {
  /// DSR 5: everything written before it has been worked off.
  case ready
  /// DA1: the class of the terminal, then what it can do (4 is sixel graphics).
  case attributes(kind: Int, [Int])
  /// One cell in pixels (CSI 16 t).
  case cellPixels(Size)
  /// The text area in pixels (CSI 14 t).
  case windowPixels(Size)
  /// XTSMGRAPHICS: item 1 is the number of colour registers; nil when it was refused.
  case graphics(item: Int, value: Int?)
  /// XTVERSION: name and version.
  case version(String)
  /// The kitty graphics protocol: `OK`, or an error.
  case kitty(id: Int, String)
  /// iTerm2's own (OSC 1337), for example `Capabilities=…`.
  case iterm(String)
}
