import Screen

/// Asks the terminal for the colour of its background (OSC 11), once, with the first bytes that it
/// gets: nothing waits for the answer. Behind the question stands one that every terminal answers
/// (DA1, ECMA-48 8.3.24), so that silence is known from slowness.
struct BackgroundQuery {
  static let bytes = Array("\u{1B}]11;?\u{1B}\\\u{1B}[c".utf8)

  /// False where the answer is known or changes nothing, and for terminals that may print the
  /// question.
  let isUseful: Bool
  private let limit: Duration
  private var asked: ContinuousClock.Instant?

  init(capabilities: Capabilities, options: TerminalOptions) {
    limit = options.answerLimit
    let environment = options.environment
    let type = environment["TERM"] ?? ""
    let answering = [
      "xterm", "tmux", "rxvt", "foot", "alacritty", "kitty", "wezterm", "ghostty", "contour",
      "konsole", "vte", "gnome", "mintty", "iterm", "st-",
    ]
    // tmux answers for itself, also where it calls itself "screen".
    let isKnown =
      answering.contains { type.hasPrefix($0) }
      || (type.hasPrefix("screen") && environment["TMUX"] != nil)
    isUseful =
      isKnown && capabilities.isLightBackground == nil && capabilities.depth != .mono
  }

  /// What to send when the terminal is taken; nothing when it was asked before.
  mutating func begin(at now: ContinuousClock.Instant) -> [UInt8] {
    guard isUseful, asked == nil else { return [] }
    asked = now
    return Self.bytes
  }

  /// How long an answer may still be on its way; nil when none is expected.
  func timeLeft(at now: ContinuousClock.Instant) -> Duration? {
    guard let asked, now - asked < limit else { return nil }
    return limit - (now - asked)
  }
}
