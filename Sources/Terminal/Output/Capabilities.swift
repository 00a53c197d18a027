public import Screen

/// What the terminal can do, as far as its type and the environment tell.
public struct Capabilities: Sendable, Equatable {
  public var depth: ColorDepth
  /// False when the locale's encoding is not UTF-8: draw in ASCII.
  public var unicode: Bool
  /// The terminal is known to show a frame at once between BSU and ESU (mode 2026). Where it is not
  /// known the bytes are not sent: some terminals misbehave.
  public var synchronizedOutput: Bool
  /// What `COLORFGBG` says of the background; nil when it says nothing.
  public var isLightBackground: Bool?

  public init(depth: ColorDepth, unicode: Bool, synchronizedOutput: Bool) {
    self.depth = depth
    self.unicode = unicode
    self.synchronizedOutput = synchronizedOutput
  }

  /// Works them out.
  /// - Parameters:
  ///   - colors: `max_colors` of the terminal type.
  ///   - rewritable: the type sets a colour of its palette by `ESC [ 38 ; 5 ; n m`.
  init(environment: [String: String], colors: Int, rewritable: Bool, unicode: Bool) {
    let type = environment["TERM"] ?? ""
    // https://no-color.org: present and not empty, whatever its value.
    if environment["NO_COLOR"].map({ !$0.isEmpty }) == true {
      depth = .mono
    } else {
      depth =
        switch colors {
        case 256...:
          rewritable && Self.hasTrueColor(environment, type: type) ? .trueColor : .palette256
        case 16...: .sixteen
        case 8...: .eight
        default: .mono
        }
    }
    self.unicode = unicode
    // "foreground;background", as rxvt, Konsole and others set it; 7 and 9…15 are light.
    if let last = environment["COLORFGBG"]?.split(separator: ";").last, let color = Int(last) {
      isLightBackground = color == 7 || color > 8
    }
    let known = ["xterm-kitty", "xterm-ghostty", "foot", "alacritty", "contour", "wezterm"]
    let program = environment["TERM_PROGRAM"] ?? ""
    // Inside of a multiplexer TERM_PROGRAM may be that of the terminal outside.
    synchronizedOutput =
      known.contains { type.hasPrefix($0) }
      || (type.hasPrefix("xterm") && environment["TMUX"] == nil
        && ["WezTerm", "ghostty", "iTerm.app", "contour"].contains(program))
  }

  private static func hasTrueColor(_ environment: [String: String], type: String) -> Bool {
    if type.hasPrefix("screen") && environment["TMUX"] == nil { return false }
    if type.hasSuffix("-direct") { return true }
    return ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "")
  }
}
