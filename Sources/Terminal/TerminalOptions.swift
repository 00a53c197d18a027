/// How the terminal is used.
public struct TerminalOptions: Sendable {
  /// Reports clicks, drags and the wheel (modes 1002 and 1006). The terminal's own selection then
  /// needs Shift.
  public var mouse = true
  /// Reports when the window gains or loses the focus (mode 1004).
  public var focus = false
  /// The file that takes what the process writes to standard error while the screen is active; nil
  /// discards it.
  public var errorLog: String?
  /// Seconds after which an ESC stands alone.
  public var escapeDelay = 0.025
  /// How pictures are shown.
  public var images = ImageMode.auto
  /// Pictures go out in few bytes at a time and few colours, whatever the line would take.
  public var lowBandwidth = false
  /// How long after the question for the background's colour an answer is still waited for when the
  /// terminal is given back: later, it would reach the shell.
  public var answerLimit = Duration.milliseconds(500)
  /// `TERM`, `COLORTERM`, `NO_COLOR`, … of the process.
  public var environment: [String: String]

  public init(environment: [String: String]) { self.environment = environment }
}
