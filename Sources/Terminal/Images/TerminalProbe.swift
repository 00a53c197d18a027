public import Screen

/// Asks a terminal about itself, in two rounds: what is unknown to every terminal's parser is asked
/// only of those whose first answers show that theirs is complete. Pure: bytes out, answers in.
public struct TerminalProbe: Sendable {
  public private(set) var findings: TerminalFindings
  /// No question is open any more.
  public private(set) var isDone = false
  private let environment: [String: String]
  private var isSecondRound = false

  /// - Parameter cellPixels: as the system has it (TIOCGWINSZ); nil when it does not.
  public init(environment: [String: String], cellPixels: Size?, tmux: TerminalFindings.Tmux?) {
    self.environment = environment
    findings = TerminalFindings(environment: environment)
    findings.tmux = tmux
    findings.cellPixels = cellPixels
    findings.cellPixelsSource = cellPixels == nil ? "" : "the system"
  }

  /// The questions of the first round; none for terminals that would print them.
  public mutating func begin() -> [UInt8] {
    // The Linux console, and those that say themselves that they can nothing.
    guard !["linux", "dumb", "unknown", ""].contains(findings.type) else {
      isDone = true
      return []
    }
    // XTVERSION, the cell and the window in pixels; and DA1, which every terminal answers, last.
    return Array("\u{1B}[>0q\u{1B}[16t\u{1B}[14t\u{1B}[c".utf8)
  }

  /// What tmux says came later than the beginning.
  public mutating func take(_ tmux: TerminalFindings.Tmux) { findings.tmux = tmux }

  /// Takes an answer; returns further questions.
  /// - Parameter window: the terminal's size in cells.
  public mutating func take(_ answer: TerminalAnswer, window: Size) -> [UInt8] {
    switch answer {
    case .version(let text):
      // tmux answers for itself; it names the terminal outside elsewhere.
      findings.version = String(text.prefix(64))
    case .cellPixels(let size): setCell(size, from: "the terminal (CSI 16 t)")
    case .windowPixels(let size):
      guard findings.cellPixels == nil, window.width > 0, window.height > 0 else { break }
      setCell(
        Size(width: size.width / window.width, height: size.height / window.height),
        from: "the terminal (CSI 14 t)")
    case .graphics(item: 1, let value): findings.registers = value
    case .kitty(id: 31, let message): findings.kitty = message == "OK"
    case .iterm(let text):
      if text.hasPrefix("Capabilities=") { findings.iterm = text }
      if text.hasPrefix("ReportCellSize=") { setCell(reported: text) }
    case .attributes(let kind, let attributes):
      findings.kind = kind
      findings.attributes = Set(attributes)
      if isSecondRound {
        // It answers in order: who has not answered by now does not know the question.
        if findings.kitty == nil, asksKitty { findings.kitty = false }
        isDone = true
      } else {
        isSecondRound = true
        return secondRound()
      }
    case .graphics, .kitty, .ready: break
    }
    return []
  }

  /// The window was resized; the font may be another one.
  public mutating func resized(cellPixels: Size?) {
    if let cellPixels {
      findings.cellPixels = cellPixels
      findings.cellPixelsSource = "the system"
    }
  }

  /// Terminals of the VT220's class, and those that know their own version, read strings that they
  /// do not understand to the end; others may print them.
  private var isModern: Bool { (findings.kind ?? 0) >= 60 || findings.version != nil }

  private var asksKitty: Bool { findings.multiplexer == nil && isModern }

  private mutating func secondRound() -> [UInt8] {
    var questions = ""
    if asksKitty {
      // One pixel, not to be stored.
      questions += "\u{1B}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1B}\\"
    }
    if findings.attributes.contains(4) { questions += "\u{1B}[?1;1;0S" }
    if findings.multiplexer == nil, isITerm {
      questions += "\u{1B}]1337;Capabilities\u{7}\u{1B}]1337;ReportCellSize\u{7}"
    }
    guard !questions.isEmpty else {
      isDone = true
      return []
    }
    return Array((questions + "\u{1B}[c").utf8)
  }

  private var isITerm: Bool {
    findings.version?.hasPrefix("iTerm2") == true || environment["TERM_PROGRAM"] == "iTerm.app"
      || environment["LC_TERMINAL"] == "iTerm2"
  }

  private mutating func setCell(_ size: Size, from source: String) {
    guard (2...200).contains(size.width), (2...400).contains(size.height) else { return }
    findings.cellPixels = size
    findings.cellPixelsSource = source
  }

  /// `ReportCellSize=height;width;scale`, in points.
  private mutating func setCell(reported text: String) {
    let numbers = text.dropFirst("ReportCellSize=".count).split(separator: ";").map { Double($0) }
    guard numbers.count >= 2, let height = numbers[0], let width = numbers[1],
      (2...400).contains(height), (2...200).contains(width)
    else { return }
    let scale = numbers.count > 2 ? numbers[2] ?? 1 : 1
    guard (0.5...8).contains(scale) else { return }
    setCell(
      Size(width: Int((width * scale).rounded()), height: Int((height * scale).rounded())),
      from: "the terminal (iTerm2)")
  }
}
