import CLinux
import Foundation

/// Milliseconds from the program's start to its first frame and to silence, and bytes until then.
struct Start {
  var firstFrame = 0.0
  var full = 0.0
  var bytes = 0
}

/// What one key caused: milliseconds to its first and its last byte.
struct Stroke {
  var first: Double
  var last: Double
  var bytes: Int
}

/// What was spent without input.
struct Rest {
  var bytes: Int
  /// Processor seconds.
  var cpu: Double
}

/// The program in a pseudo-terminal, measured from outside.
final class TerminalProgram {
  let child: Child
  private let terminal: Int32
  private let begin: ContinuousClock.Instant

  init(
    _ program: String, _ arguments: [String] = [], home: String, rows: Int, columns: Int
  ) throws {
    var number: UInt32 = 0
    terminal = radrelay_open_pseudo_terminal(&number)
    guard terminal >= 0 else { throw BenchError("no pseudo-terminal") }
    _ = radrelay_set_window_size(
      terminal, UInt16(clamping: rows), UInt16(clamping: columns))
    var environment = ProcessInfo.processInfo.environment
    for name in ["LINES", "COLUMNS", "COLORTERM", "TMUX", "TERM_PROGRAM", "NO_COLOR"] {
      environment[name] = nil
    }
    environment["TERM"] = "xterm-256color"
    environment["LC_ALL"] = "C.UTF-8"
    environment["RADRELAY_HOME"] = home
    environment["RADRELAY_NO_SUPERVISOR"] = "1"
    begin = .now
    child = try Child.start(
      program, arguments, environment: environment, terminal: "/dev/pts/\(number)")
  }

  deinit { close(terminal) }

  /// The first frame counts with the read that brings the output over 1,000 bytes: the modes that
  /// are set before it have fewer.
  func readStart() -> Start {
    var start = Start()
    var quiet = 10.0
    while let count = read(within: quiet) {
      let now = begin.duration(to: .now) / .milliseconds(1)
      if start.bytes < 1_000, start.bytes + count >= 1_000 { start.firstFrame = now }
      start.bytes += count
      start.full = now
      if start.bytes >= 1_000 { quiet = 0.1 }
    }
    return start
  }

  /// Nil when the key has no effect within 250 ms.
  func press(_ key: String) -> Stroke? {
    let bytes = Array(key.utf8)
    let sent = ContinuousClock.now
    _ = write(terminal, bytes, bytes.count)
    guard let count = read(within: 0.25) else { return nil }
    let first = sent.duration(to: .now) / .milliseconds(1)
    var stroke = Stroke(first: first, last: first, bytes: count)
    while let count = read(within: 0.015) {
      stroke.last = sent.duration(to: .now) / .milliseconds(1)
      stroke.bytes += count
    }
    return stroke
  }

  /// Milliseconds from a key to the first output that contains a text; nil after ten seconds.
  func press(_ key: String, until text: String) -> Double? {
    let bytes = Array(key.utf8)
    let needle = Array(text.utf8)
    let sent = ContinuousClock.now
    _ = write(terminal, bytes, bytes.count)
    var seen: [UInt8] = []
    while let more = readBytes(within: 10) {
      seen += more
      if seen.firstRange(of: needle) != nil { return sent.duration(to: .now) / .milliseconds(1) }
      seen = Array(seen.suffix(needle.count))
    }
    return nil
  }

  /// Bursts of output, silence of 4 ms between them, and the bytes of all.
  func bursts(seconds: Double) -> (count: Int, bytes: Int) {
    let end = ContinuousClock.now + .seconds(seconds)
    var result = (count: 0, bytes: 0)
    var isQuiet = true
    while ContinuousClock.now < end {
      guard let count = read(within: 0.004) else {
        isQuiet = true
        continue
      }
      if isQuiet { result.count += 1 }
      isQuiet = false
      result.bytes += count
    }
    return result
  }

  func readUntilQuiet(_ seconds: Double) {
    while read(within: seconds) != nil {}
  }

  func idle(seconds: Double) -> Rest {
    let before = child.cpuSeconds
    let end = ContinuousClock.now + .seconds(seconds)
    var bytes = 0
    while ContinuousClock.now < end {
      bytes += read(within: ContinuousClock.now.duration(to: end) / .seconds(1)) ?? 0
    }
    return Rest(bytes: bytes, cpu: child.cpuSeconds - before)
  }

  /// Ends the program by SIGTERM, reading what it still writes.
  func quit() {
    kill(child.pid, SIGTERM)
    let end = ContinuousClock.now + .seconds(5)
    var status: Int32 = 0
    while waitpid(child.pid, &status, WNOHANG) == 0 {
      _ = read(within: 0.02)
      if ContinuousClock.now > end { kill(child.pid, SIGKILL) }
    }
  }

  /// Bytes read at once; nil when none came in time.
  private func read(within seconds: Double) -> Int? { readBytes(within: seconds)?.count }

  private func readBytes(within seconds: Double) -> ArraySlice<UInt8>? {
    var ready = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
    let wait = Int32(clamping: Int((max(0, seconds) * 1_000).rounded(.up)))
    guard poll(&ready, 1, wait) > 0, ready.revents & Int16(POLLIN) != 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = Glibc.read(terminal, &bytes, bytes.count)
    return count > 0 ? bytes[..<count] : nil
  }
}
