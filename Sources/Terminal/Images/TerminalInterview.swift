import CLinux
import CNCurses
import Glibc
public import Screen

/// Asks the terminal about itself and waits for the answers: for programs that print and end. The
/// full-screen program asks while it runs.
public enum TerminalInterview {
  /// What the terminal's type and the environment tell, without asking.
  public static func capabilities(environment: [String: String]) -> Capabilities? {
    let unicode = rr_locale_is_utf8()
    let type = environment["TERM"] ?? ""
    guard !type.isEmpty, rr_curses_open(type, 24, 80) == 0 else { return nil }
    defer { rr_curses_close() }
    func sequence(_ name: String) -> String? {
      rr_curses_capability_with(name, 200).map { String(cString: $0) }
    }
    return Capabilities(
      environment: environment, colors: Int(rr_curses_colors()),
      rewritable: sequence("setaf") == "\u{1B}[38;5;200m"
        && sequence("setab") == "\u{1B}[48;5;200m", unicode: unicode)
  }

  /// Columns and rows of the terminal; nil without one.
  public static var size: Size? {
    withTerminal { descriptor in
      var rows: UInt16 = 0
      var columns: UInt16 = 0
      guard radrelay_window_size(descriptor, &rows, &columns) != 0, rows > 0, columns > 0 else {
        return nil
      }
      return Size(width: Int(columns), height: Int(rows))
    }
  }

  /// What the terminal of this process answers, and what tmux does; nil when the process has no
  /// terminal, or is in its background.
  /// - Parameter limit: seconds that a terminal which does not answer may cost.
  public static func ask(
    environment: [String: String], limit: Double = 1
  ) -> (findings: TerminalFindings, seconds: Double)? {
    let tmux = TmuxQuery.ask(environment: environment)
    return withTerminal { descriptor in
      guard tcgetpgrp(descriptor) == getpgrp() else { return nil }
      var modes = termios()
      guard tcgetattr(descriptor, &modes) == 0 else { return nil }
      var raw = modes
      cfmakeraw(&raw)
      tcsetattr(descriptor, TCSAFLUSH, &raw)
      // What comes too late, or was typed meanwhile, must not reach the shell.
      defer { tcsetattr(descriptor, TCSAFLUSH, &modes) }
      let window = size ?? Size(width: 80, height: 24)
      var probe = TerminalProbe(
        environment: environment, cellPixels: cellPixels(descriptor, window), tmux: tmux)
      let start = now()
      converse(&probe, descriptor, window, until: start + limit)
      return (probe.findings, now() - start)
    }
  }

  private static func converse(
    _ probe: inout TerminalProbe, _ descriptor: Int32, _ window: Size, until end: Double
  ) {
    var decoder = InputDecoder()
    send(probe.begin(), descriptor)
    while !probe.isDone, now() < end {
      var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, Int32(max(1, (end - now()) * 1000))) > 0 else { continue }
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = read(descriptor, &bytes, bytes.count)
      guard count > 0 else { return }
      _ = decoder.feed(bytes[..<count])
      for answer in decoder.takeAnswers() {
        send(probe.take(answer, window: window), descriptor)
      }
    }
  }

  private static func send(_ bytes: [UInt8], _ descriptor: Int32) {
    guard !bytes.isEmpty else { return }
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }

  private static func withTerminal<Result>(_ body: (Int32) -> Result?) -> Result? {
    let descriptor = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return body(descriptor)
  }

  private static func cellPixels(_ descriptor: Int32, _ window: Size) -> Size? {
    var width: UInt16 = 0
    var height: UInt16 = 0
    guard radrelay_window_pixels(descriptor, &width, &height) != 0, window.width > 0,
      window.height > 0
    else { return nil }
    let cell = Size(width: Int(width) / window.width, height: Int(height) / window.height)
    return cell.width >= 2 && cell.height >= 2 ? cell : nil
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
