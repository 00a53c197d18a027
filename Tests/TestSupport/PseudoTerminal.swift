import CLinux
import Foundation
import Glibc

/// A program in a pseudo-terminal, and the screen that a person would see. Waits for conditions
/// with a time limit; never sleeps for a fixed time. Used by one thread at a time.
public final class PseudoTerminal {
  /// How a program ended.
  public enum Exit: Equatable, Sendable {
    case code(Int32)
    case signal(Int32)
  }

  /// A failure of the harness itself.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  public let process: Int32
  public var screen: VirtualScreen
  /// All bytes that the program wrote.
  public private(set) var output: [UInt8] = []
  /// False plays a terminal that takes nothing any more.
  public var takesOutput = true
  /// How it answers what the program asks; nil answers nothing.
  public var kind: TerminalKind?
  /// Plays a slow line: so many bytes a second are read, at most.
  public var bytesPerSecond: Int?
  /// How the program ended, once that is known.
  public private(set) var exit: Exit? { didSet { ended = ended ?? .now } }
  private var ended: ContinuousClock.Instant?
  /// The terminal's modes before the program started.
  public let initialModes: Modes
  private var master: Int32
  /// Held open so that the modes can be read after the program's end.
  private let slave: Int32

  /// Starts a program as the leader of a session whose terminal this is.
  /// - Parameter environment: all of it; `TERM` and `LC_ALL` have defaults.
  public init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
    rows: Int = 24, columns: Int = 80, pixels: (width: Int, height: Int)? = nil,
    kind: TerminalKind? = nil
  ) throws {
    self.kind = kind
    var number: UInt32 = 0
    master = radrelay_open_pseudo_terminal(&number)
    guard master >= 0 else { throw Failure(description: "no pseudo-terminal") }
    let name = "/dev/pts/\(number)"
    slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
    screen = VirtualScreen(rows: rows, columns: columns)
    _ = radrelay_set_window_pixels(
      master, UInt16(rows), UInt16(columns), UInt16(pixels?.width ?? 0),
      UInt16(pixels?.height ?? 0))
    initialModes = Modes(of: slave)
    var variables = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"]
    variables.merge(environment) { $1 }
    process = try Self.spawn(executable, arguments, variables, terminal: name)
  }

  deinit {
    if exit == nil {
      kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
    close(master)
    close(slave)
  }

  /// Types text, or sends a control sequence.
  public func send(_ text: String) { send(Array(text.utf8)) }

  public func send(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      sent += count
      // A program that echoes a lot must not wait for us.
      _ = readSome(milliseconds: 0)
    }
  }

  /// Plays a window that is closed, or a connection that broke: the terminal is gone.
  public func hangUp() {
    close(master)
    master = -1
  }

  public func signal(_ number: Int32) { kill(process, number) }

  public func resize(rows: Int, columns: Int) {
    _ = readSome(milliseconds: 0)
    screen.resize(rows: rows, columns: columns)
    _ = radrelay_set_window_size(master, UInt16(rows), UInt16(columns))
  }

  /// Reads output until the condition holds. False when it did not within the time.
  @discardableResult
  public func wait(seconds: Double = 120, until condition: (VirtualScreen) -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
      if condition(screen) { return true }
      if ContinuousClock.now > end { return false }
      if !readSome(milliseconds: 20), isOver { return condition(screen) }
    }
  }

  /// The program ended, and what it left alive, such as a program without its supervisor, has had
  /// time to end, too; what they wrote last has come through the kernel's queue.
  public var isOver: Bool { ended.map { ContinuousClock.now > $0 + .seconds(5) } ?? false }

  /// Waits until the screen shows a text.
  @discardableResult
  public func waitFor(_ text: String, seconds: Double = 120) -> Bool {
    wait(seconds: seconds) { $0.text.contains(text) }
  }

  /// Reads until nothing came for so long and the program rests; returns the bytes that came. On a
  /// busy machine a program that waits for its turn is silent, too, and not done.
  @discardableResult
  public func readUntilQuiet(milliseconds: Int32 = 100) -> [UInt8] {
    let before = output.count
    let end = ContinuousClock.now + .seconds(20)
    while true {
      while readSome(milliseconds: milliseconds) {}
      let work = ProcessTree.work(of: process)
      if readSome(milliseconds: 20) { continue }
      // A program that never rests has its time, too.
      if work.isResting, ProcessTree.work(of: process) == work { break }
      if ContinuousClock.now > end { break }
    }
    return Array(output[before...])
  }

  /// Reads on until the program ended. Nil when it did not within the time.
  public func waitForExit(seconds: Double = 120) -> Exit? {
    let end = ContinuousClock.now + .seconds(seconds)
    while exit == nil, ContinuousClock.now < end { _ = readSome(milliseconds: 20) }
    // The kernel passes the last bytes on when it gets to it.
    if exit != nil { while readSome(milliseconds: 60) {} }
    return exit
  }

  /// The modes of a terminal device (`termios`).
  public struct Modes: Equatable, Sendable {
    public let input, output, control, local: UInt32
    public let characters: [UInt8]

    init(of descriptor: Int32) {
      var modes = termios()
      tcgetattr(descriptor, &modes)
      input = modes.c_iflag
      output = modes.c_oflag
      control = modes.c_cflag
      local = modes.c_lflag
      characters = withUnsafeBytes(of: modes.c_cc) { Array($0) }
    }

    /// Whether input is edited and echoed line by line, as a shell wants it.
    public var isCooked: Bool {
      let wanted = UInt32(ICANON | ECHO | ISIG)
      return local & wanted == wanted
    }
  }

  /// The terminal's modes, as the shell would find them.
  public var modes: Modes { Modes(of: slave) }

  /// True when something was read.
  private func readSome(milliseconds: Int32) -> Bool {
    var ready = pollfd(fd: master, events: takesOutput ? Int16(POLLIN) : 0, revents: 0)
    let count = poll(&ready, 1, milliseconds)
    noteExit()
    guard takesOutput, count > 0, ready.revents & Int16(POLLIN) != 0 else { return false }
    // A line of so many bytes a second, a hundredth of a second at a time.
    let share = bytesPerSecond.map { max(1, $0 / 100) }
    if share != nil { usleep(10_000) }
    var bytes = [UInt8](repeating: 0, count: share ?? 1 << 16)
    let length = read(master, &bytes, bytes.count)
    guard length > 0 else { return false }
    output += bytes[..<length]
    screen.feed(bytes[..<length])
    for question in screen.takeQuestions() {
      if let answer = kind?.answer(question) { answerNow(answer) }
    }
    return true
  }

  /// Written without reading, as a terminal does it.
  private func answerNow(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
  }

  private func noteExit() {
    guard exit == nil else { return }
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else { return }
    let signal = status & 0x7F
    exit = signal == 0 ? .code(status >> 8 & 0xFF) : .signal(signal)
  }

  /// POSIX_SPAWN_SETSID, which the Glibc module leaves out.
  private static let setSession: Int32 = 0x80

  private static func spawn(
    _ executable: String, _ arguments: [String], _ variables: [String: String],
    terminal: String
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that a session leader opens becomes the session's.
    posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    // A pipe of another test that is inherited here would stay open as long as this program runs.
    for descriptor in Int32(3)..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(Self.setSession | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) }
    var pairs: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0)=\($1)") }
    words.append(nil)
    pairs.append(nil)
    defer { for pointer in words + pairs { free(pointer) } }
    var process: pid_t = 0
    let result = posix_spawn(&process, executable, &actions, &attributes, words, pairs)
    guard result == 0 else {
      throw Failure(description: "\(executable): \(String(cString: strerror(result)))")
    }
    return process
  }
}

/// Executables that the package builds, beside the test bundle.
public enum BuiltProduct {
  /// The path of an executable, for example `radrelay`.
  public static func path(_ name: String) -> String {
    let bundle = URL(fileURLWithPath: CommandLine.arguments.first ?? "")
    return bundle.resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent(name).path
  }
}
