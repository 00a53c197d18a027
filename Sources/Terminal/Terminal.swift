import CLinux
import CNCurses
import Glibc
public import Screen

/// The terminal of this process: shows cell grids, reads keys. The only part that knows ncurses.
///
/// Whatever ends the process, the terminal is put back: in ``stop()``; in handlers of signals that
/// end a process by its own fault; by the supervisor (``Supervisor/start()``) for the rest.
@UIActor
public final class Terminal {
  public let capabilities: Capabilities
  public private(set) var size: Size
  /// The terminal does not answer any more (end of input, or writing fails).
  public private(set) var isGone = false

  /// -1 while the terminal belongs to somebody else: what is typed then is not ours.
  var inputDescriptor: Int32 { isActive && !isGone ? STDIN_FILENO : -1 }
  let signalDescriptor: Int32
  var outputDescriptor: Int32 { output.descriptor }
  var hasUnsentOutput: Bool { !output.isEmpty }

  private let options: TerminalOptions
  private let modes: ModeSequences
  private let painter: Painter
  private var output: OutputQueue
  private var decoder: InputDecoder
  private var log: ErrorLog
  private var original = termios()
  private var isActive = false
  private var hasMouse: Bool
  private var query: BackgroundQuery
  /// Told to end from outside: the shell may have gone on already.
  private var mustHurry = false
  /// A frame came while the one before was still on its way.
  private var waiting: CellBuffer?

  /// Looks at the terminal; nothing is changed before ``start()``.
  public init(options: TerminalOptions) throws(TerminalError) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw .notATerminal }
    let type = options.environment["TERM"] ?? ""
    guard type != "dumb", !type.isEmpty else { throw .dumbTerminal(type: type) }
    let unicode = rr_locale_is_utf8()
    size = Self.currentSize() ?? Size(width: 80, height: 24)
    try Self.openCurses(type: type, size: size)
    let rewritable =
      Self.sequence("setaf", 200) == "\u{1B}[38;5;200m"
      && Self.sequence("setab", 200) == "\u{1B}[48;5;200m"
    capabilities = Capabilities(
      environment: options.environment, colors: Int(rr_curses_colors()), rewritable: rewritable,
      unicode: unicode)
    modes = ModeSequences(
      options: options, synchronizedOutput: capabilities.synchronizedOutput)
    let address = rr_curses_capability("cup").map { String(cString: $0) }
    painter = Painter(
      capabilities: capabilities,
      isANSI: Self.sequence("setaf", 1) == "\u{1B}[31m" && address == "\u{1B}[%i%p1%d;%p2%dH")
    output = OutputQueue(terminal: STDOUT_FILENO)
    decoder = InputDecoder(
      sequences: KeySequences { name in
        rr_curses_capability(name).map { Array(String(cString: $0).utf8) }
      }, escapeDelay: options.escapeDelay)
    log = ErrorLog(path: options.errorLog)
    guard let descriptor = LoopSignals.descriptor() else {
      throw .system("no signal descriptor: \(String(cString: strerror(errno)))")
    }
    signalDescriptor = descriptor
    self.options = options
    hasMouse = options.mouse
    query = BackgroundQuery(capabilities: capabilities, options: options)
  }

  /// Takes the terminal: raw mode, alternate screen, mouse, bracketed paste.
  public func start() throws(TerminalError) {
    guard !isActive else { return }
    guard rr_restore_prepare(), tcgetattr(STDIN_FILENO, &original) == 0 else {
      throw .system("the terminal's modes cannot be read: \(String(cString: strerror(errno)))")
    }
    rr_restore_on_crash()
    if let path = options.errorLog { rr_supervise_log_path(path) }
    log.start()
    enter()
  }

  /// Gives the terminal back as it was. Safe to call twice.
  public func stop() {
    leave()
    log.stop()
  }

  /// Shows a frame. Only what changed is sent; nothing when nothing changed. While the terminal has
  /// not taken the last frame, the newest one waits.
  public func present(_ buffer: CellBuffer) {
    guard isActive else { return }
    guard output.isEmpty else {
      waiting = buffer
      return
    }
    waiting = nil
    let bytes = painter.paint(buffer)
    guard !bytes.isEmpty else { return }
    // Small changes arrive in one piece anyway.
    if capabilities.synchronizedOutput, bytes.count > 512 {
      output.append(Array("\u{1B}[?2026h".utf8) + bytes + Array("\u{1B}[?2026l".utf8))
    } else {
      output.append(bytes)
    }
    sendOutput()
  }

  /// Makes the next frame send everything, whatever was drawn over the screen.
  public func redraw() {
    painter.forget()
  }

  /// Turns mouse reports on or off.
  public func setMouse(_ isOn: Bool) {
    guard isActive, isOn != hasMouse else { return }
    hasMouse = isOn
    output.append(isOn ? ModeSequences.mouseOn : ModeSequences.mouseOff)
    sendOutput()
  }

  public func bell() {
    guard isActive else { return }
    output.append(modes.bell)
    sendOutput()
  }

  /// Gives the terminal back, stops the process until the shell continues it, takes it again.
  /// The next frame sends everything.
  public func suspend() {
    guard isActive else { return }
    leave()
    rr_suspend_self()
    enter()
  }

  /// Begins a new error log when the present one is too long; call it now and then.
  public func rotateLog() { log.rotateIfNeeded() }

  func sendOutput() {
    if !output.send() { isGone = true }
    if output.isEmpty, let buffer = waiting { present(buffer) }
  }

  /// Milliseconds until a sequence that has begun is taken as it stands; -1 when none has.
  var inputTimeout: Int32 { decoder.timeout.map { Int32(($0 * 1000).rounded(.up)) } ?? -1 }

  func takeInput() -> [InputEvent] {
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    let count = read(STDIN_FILENO, &bytes, bytes.count)
    if count > 0 { return decoder.feed(bytes[..<count]) }
    // The end, or EIO after a hang-up; EAGAIN when somebody made the shared descriptor so.
    if count == 0 || (errno != EINTR && errno != EAGAIN) { isGone = true }
    return []
  }

  func inputTimedOut() -> [InputEvent] { decoder.timedOut() }

  func takeSignals() -> [TerminalEvent] {
    var events: [TerminalEvent] = []
    for signal in LoopSignals.take(signalDescriptor) {
      switch signal {
      case SIGWINCH: events += resized()
      case SIGTSTP:
        suspend()
        events += drawAgain()
      case SIGCONT:
        // Continued, perhaps after a stop that nobody announced: the shell has had the terminal.
        // Input that waits is kept.
        guard isActive else { break }
        enter()
        events += drawAgain()
      case SIGHUP:
        mustHurry = true
        events.append(.signal(.hangUp))
      default:
        mustHurry = true
        events.append(.signal(.terminate))
      }
    }
    return events
  }

  private func resized() -> [TerminalEvent] {
    guard let now = Self.currentSize(), now != size else { return [] }
    size = now
    return [.input(.resize(now))]
  }

  /// A resize event makes the program present a frame, which then goes out whole.
  private func drawAgain() -> [TerminalEvent] {
    size = Self.currentSize() ?? size
    return [.input(.resize(size))]
  }

  private func enter() {
    var raw = original
    cfmakeraw(&raw)
    setMinimum(&raw)
    rr_restore_arm(
      STDOUT_FILENO, &original, modes.leave.map { CChar(bitPattern: $0) }, modes.leave.count)
    tcsetattr(STDIN_FILENO, TCSANOW, &raw)
    isActive = true
    painter.forget()
    output.append(
      modes.enter + (hasMouse ? ModeSequences.mouseOn : []) + query.begin(at: .now))
    sendOutput()
  }

  private func leave() {
    guard isActive else { return }
    isActive = false
    waiting = nil
    output.drain(milliseconds: 300)
    output.append(modes.leave)
    output.drain(milliseconds: 300)
    awaitAnswer()
    // What was typed meanwhile belongs to us, not to the shell.
    tcsetattr(STDIN_FILENO, isGone ? TCSANOW : TCSAFLUSH, &original)
    rr_restore_disarm()
  }

  /// What the terminal was asked a moment ago must not be answered to the shell.
  private func awaitAnswer() {
    while !isGone, !mustHurry, !decoder.hasAnswered, let left = query.timeLeft(at: .now) {
      var ready = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      let milliseconds = Int32((left / .milliseconds(1)).rounded(.up))
      if poll(&ready, 1, milliseconds) > 0 { _ = takeInput() }
    }
  }

  /// A read returns with at least one byte, without delay.
  private func setMinimum(_ modes: inout termios) {
    withUnsafeMutableBytes(of: &modes.c_cc) { bytes in
      bytes[Int(VMIN)] = 1
      bytes[Int(VTIME)] = 0
    }
  }
}
