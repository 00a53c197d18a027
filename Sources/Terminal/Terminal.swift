import CLinux
import CNCurses
import Glibc
public import Screen

/// The terminal of this process: shows cell grids, reads keys. The only part that knows ncurses.
///
/// Whatever ends the process, the terminal is put back: in ``stop()``; in handlers of signals that
/// end a process by its own fault; by the supervisor (``Supervisor``) for the rest.
@UIActor
public final class Terminal {
  public let capabilities: Capabilities
  public private(set) var size: Size
  /// The terminal does not answer any more (end of input, or writing fails).
  public internal(set) var isGone = false
  /// The program was told that the terminal is gone.
  private var hasToldLoss = false

  /// -1 while the terminal belongs to somebody else: what is typed then is not ours.
  var inputDescriptor: Int32 { isActive && !isGone ? STDIN_FILENO : -1 }
  let signalDescriptor: Int32
  var outputDescriptor: Int32 { output.descriptor }
  /// There is output that the terminal did not take yet. Of one that is gone nothing is awaited: its
  /// descriptor is always ready, and would keep the loop from ever sleeping.
  var awaitsOutput: Bool { !output.isEmpty && !isGone }

  let options: TerminalOptions
  private let modes: ModeSequences
  let painter: Painter
  let pictures: PicturePainter
  var pace = LinePace()
  var probe: TerminalProbe
  /// When the last questions were sent; nil before.
  var probed: Double?
  /// What a person wants of pictures.
  var imageMode: ImageMode
  /// What is known about showing pictures on this terminal.
  public internal(set) var imageOutput: ImageOutput
  /// Events that came up outside of a turn of the loop.
  var pendingEvents: [TerminalEvent] = []
  var output: OutputQueue
  private var decoder: InputDecoder
  private var log: ErrorLog
  private var original = termios()
  private(set) var isActive = false
  private var hasMouse: Bool
  private var query: BackgroundQuery
  /// Answers to the question behind that for the background, which are still to come.
  var otherAnswers = 0
  /// What the terminal said of its background; nil when it said nothing.
  private(set) var isLightBackground: Bool?
  /// Rounds of the probe whose last question is not answered yet.
  var openRounds = 0
  private let parent = getppid()
  private var lastInput = 0.0
  /// Where ncurses has left the cursor.
  var resting = Point(x: 0, y: 0)
  /// A frame came while the one before was still on its way.
  var waiting: CellBuffer?
  /// The last frame, while pictures of it are still to be drawn.
  var unfinished: CellBuffer?

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
    let isANSI =
      Self.sequence("setaf", 1) == "\u{1B}[31m" && address == "\u{1B}[%i%p1%d;%p2%dH"
    painter = Painter(capabilities: capabilities, isANSI: isANSI)
    pictures = PicturePainter(capabilities: capabilities, isANSI: isANSI)
    probe = TerminalProbe(
      environment: options.environment, cellPixels: Self.cellPixels(size), tmux: nil)
    imageMode = options.images
    pace.isLow = options.lowBandwidth
    imageOutput = Self.imageOutput(
      options.images, probe.findings, capabilities,
      isLight: capabilities.isLightBackground == true, graphics: isANSI)
    pictures.use(probe.findings.way(options.images), cellPixels: imageOutput.cellPixels)
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

  /// Makes the next frame send everything, whatever was drawn over the screen.
  public func redraw() {
    painter.forget()
    pictures.startAnew()
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

  /// Milliseconds until something is due without input: a sequence that has begun is taken as it
  /// stands, or a picture counts as lost. -1 when nothing is.
  var timeout: Int32 {
    if !pendingEvents.isEmpty || (isGone && !hasToldLoss) { return 0 }
    if isGone { return -1 }
    let times = [decoder.timeout, pace.deadline.map { max(0, $0 - now()) }].compactMap { $0 }
    return times.min().map { Int32(($0 * 1000).rounded(.up)) } ?? -1
  }

  func takeInput() -> [TerminalEvent] {
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    let count = read(STDIN_FILENO, &bytes, bytes.count)
    if count > 0 {
      lastInput = now()
      let events = decoder.feed(bytes[..<count])
      for case .background(let isLight) in events { isLightBackground = isLight }
      return events.map { TerminalEvent.input($0) } + take(decoder.takeAnswers())
    }
    // The end, or EIO after a hang-up; EAGAIN when somebody made the shared descriptor so.
    if count == 0 || (errno != EINTR && errno != EAGAIN) { isGone = true }
    return []
  }

  /// True once, when the terminal is gone.
  func takeLoss() -> Bool {
    guard isGone, !hasToldLoss else { return false }
    hasToldLoss = true
    return true
  }

  func timedOut() -> [InputEvent] {
    if let deadline = pace.deadline, now() >= deadline {
      pace.gaveUp()
      sendOutput()
    }
    // The wait may have been for the picture.
    guard let wait = decoder.timeout, now() - lastInput >= wait * 0.99 else { return [] }
    return decoder.timedOut()
  }

  func takePendingEvents() -> [TerminalEvent] {
    defer { pendingEvents = [] }
    return pendingEvents
  }

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
      case SIGHUP: events.append(.signal(.hangUp))
      default: events.append(.signal(.terminate))
      }
    }
    return events
  }

  private func resized() -> [TerminalEvent] {
    guard let now = Self.currentSize(), now != size else { return [] }
    size = now
    return cellPixelsMayHaveChanged() + [.input(.resize(now))]
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
    // Whoever had the screen has left nothing of ours on it.
    _ = pictures.removeAll()
    let question = query.begin(at: .now)
    if !question.isEmpty { otherAnswers += 1 }
    output.append(modes.enter + (hasMouse ? ModeSequences.mouseOn : []) + question)
    sendOutput()
  }

  private func leave() {
    guard isActive else { return }
    isActive = false
    waiting = nil
    unfinished = nil
    output.drain(milliseconds: 300)
    output.append(pictures.removeAll() + modes.leave)
    output.drain(milliseconds: 300)
    awaitAnswer()
    // What was typed meanwhile belongs to us, not to the shell.
    tcsetattr(STDIN_FILENO, isGone ? TCSANOW : TCSAFLUSH, &original)
    rr_restore_disarm()
  }

  /// What the terminal was asked a moment ago must not be answered to the shell. When whoever
  /// started this program is gone, the shell has the terminal already.
  private func awaitAnswer() {
    while !isGone, getppid() == parent, let left = answerTimeLeft {
      var ready = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      if poll(&ready, 1, Int32((left * 1000).rounded(.up))) > 0 { _ = takeInput() }
    }
  }

  /// Seconds for which an answer may still come; nil when none is expected.
  private var answerTimeLeft: Double? {
    let limit = options.answerLimit / .seconds(1)
    let times = [
      otherAnswers > 0 ? query.timeLeft(at: .now).map { $0 / .seconds(1) } : nil,
      openRounds > 0 ? probed.map { $0 + limit - now() } : nil,
      pace.since.map { $0 + limit - now() },
    ]
    return times.compactMap { $0 }.filter { $0 > 0 }.max()
  }

  /// A read returns with at least one byte, without delay.
  private func setMinimum(_ modes: inout termios) {
    withUnsafeMutableBytes(of: &modes.c_cc) { bytes in
      bytes[Int(VMIN)] = 1
      bytes[Int(VTIME)] = 0
    }
  }
}
