public import Screen

/// What is known about the terminal as far as pictures go, and from where.
public struct TerminalFindings: Sendable, Equatable {
  /// A program between us and the terminal.
  public enum Multiplexer: String, Sendable { case tmux, screen }

  /// What tmux tells about itself and about the terminal outside.
  public struct Tmux: Sendable, Equatable {
    /// `allow-passthrough` of our pane as tmux prints it; empty when this tmux has no such option.
    public var passthrough: String
    /// Name and version of the terminal outside, as it told tmux.
    public var outside: String
    /// tmux' terminal features of the terminal outside.
    public var features: Set<String>

    public init(passthrough: String = "", outside: String = "", features: Set<String> = []) {
      self.passthrough = passthrough
      self.outside = outside
      self.features = features
    }
  }

  /// `TERM`.
  public var type: String
  public var multiplexer: Multiplexer?
  public var tmux: Tmux?
  public var isRemote: Bool
  /// Name and version that the terminal gives itself (XTVERSION); nil when it does not answer.
  public var version: String?
  /// The answer to DA1: class, and what it can do; nil when there was none.
  public var kind: Int?
  public var attributes: Set<Int> = []
  /// Whether the kitty graphics protocol was answered with OK; nil when it was not asked for.
  public var kitty: Bool?
  /// iTerm2's own capabilities; nil when not answered.
  public var iterm: String?
  /// Colour registers for sixel graphics; nil when not said.
  public var registers: Int?
  /// Pixels of a cell, and who says so; nil when nobody does.
  public var cellPixels: Size?
  public var cellPixelsSource = ""

  public init(environment: [String: String]) {
    type = environment["TERM"] ?? ""
    isRemote = environment["SSH_CONNECTION"] != nil || environment["SSH_TTY"] != nil
    if environment["TMUX"].map({ !$0.isEmpty }) == true {
      multiplexer = .tmux
    } else if type.hasPrefix("tmux") {
      multiplexer = .tmux
    } else if environment["STY"] != nil || type.hasPrefix("screen") {
      multiplexer = .screen
    }
  }

  /// True when it answered anything.
  public var hasAnswered: Bool { kind != nil || version != nil }

  /// What the terminal claims to understand, and what stands for that.
  public var claims: [ImageOutput.Graphics: String] {
    var claims: [ImageOutput.Graphics: String] = [:]
    switch multiplexer {
    case .screen: break
    case .tmux:
      guard let tmux else { break }
      if tmux.passesOn, tmux.isOutsideKitty {
        claims[.kitty] = "tmux passes it on to \(tmux.outside)"
      }
      if attributes.contains(4), tmux.features.contains("sixel") {
        claims[.sixel] = "tmux and the terminal outside have it"
      }
    case nil:
      if kitty == true { claims[.kitty] = "it answered the protocol's question" }
      if iterm?.hasPrefix("Capabilities=") == true {
        claims[.iterm2] = "it answered iTerm2's question"
      } else if let version, Self.inlineImages.contains(where: { version.hasPrefix($0) }) {
        claims[.iterm2] = "\(version) has it"
      }
      if attributes.contains(4) { claims[.sixel] = "it names it among its attributes (DA1: 4)" }
    }
    // Sixels are placed pixel by pixel: without the size of a cell, nobody knows where.
    if cellPixels == nil { claims[.sixel] = nil }
    return claims
  }

  /// Terminals that know iTerm2's inline images, by the name that they give themselves.
  private static let inlineImages = ["iTerm2 ", "WezTerm ", "mintty "]

  /// The finest characters that are sure to look right: terminals that draw blocks themselves need
  /// no font for them. Nil where only the font knows.
  public var glyphs: CellRendering.Glyphs? {
    let name = multiplexer == .tmux ? tmux?.outside ?? "" : version ?? ""
    if ["kitty(", "foot(", "ghostty ", "WezTerm ", "contour "].contains(where: name.hasPrefix) {
      return .sextants
    }
    // VTE has its own sextants since 0.64.
    if name.hasPrefix("VTE("), let number = Int(name.dropFirst(4).prefix { $0.isNumber }) {
      return number >= 6400 ? .sextants : nil
    }
    return ["Konsole ", "iTerm2 "].contains(where: name.hasPrefix) ? .quadrants : nil
  }

  /// The graphics to use: what a person chose, else the best that is claimed.
  public func graphics(_ mode: ImageMode) -> ImageOutput.Graphics? {
    switch mode {
    case .auto: [.kitty, .iterm2, .sixel].first { claims[$0] != nil }
    case .kitty: .kitty
    case .iterm2: .iterm2
    case .sixel: .sixel
    default: nil
    }
  }

  func way(_ mode: ImageMode) -> GraphicsWay {
    switch graphics(mode) {
    case nil: .cells
    case .kitty: multiplexer == .tmux ? .kittyPlaceholders : .kitty
    case .iterm2: .iterm2
    case .sixel: .sixel(registers: registers ?? 256)
    }
  }
}

extension TerminalFindings.Tmux {
  /// Whether tmux hands sequences on to the terminal outside; tmux 3.3 prints a number.
  public var passesOn: Bool { ["on", "all", "1"].contains(passthrough) }

  /// Terminals that draw the kitty protocol's placeholders, which is what works through tmux.
  public var isOutsideKitty: Bool {
    ["kitty", "ghostty"].contains { outside.lowercased().hasPrefix($0) }
  }
}
