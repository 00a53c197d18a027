import CLinux
import Glibc

/// Asks tmux what it passes on, and to whom. Through its own command: answers of the terminal
/// outside to questions passed through would go to whatever pane is active when they come.
public enum TmuxQuery {
  /// Blocks for as long as tmux needs, a second at most; nil when it cannot be asked.
  public static func ask(environment: [String: String]) -> TerminalFindings.Tmux? {
    guard environment["TMUX"].map({ !$0.isEmpty }) == true else { return nil }
    var arguments = ["tmux", "display-message", "-p"]
    if let pane = environment["TMUX_PANE"], pane.hasPrefix("%") { arguments += ["-t", pane] }
    arguments.append("#{allow-passthrough}\u{1F}#{client_termtype}\u{1F}#{client_termfeatures}")
    guard let output = run(arguments, environment) else { return nil }
    return parse(output)
  }

  static func parse(_ output: String) -> TerminalFindings.Tmux? {
    let line = output.prefix { $0 != "\n" }
    // Some versions print the separator as an octal escape.
    let parts = line.replacing("\\037", with: "\u{1F}")
      .split(separator: "\u{1F}", omittingEmptySubsequences: false)
      .map { part in String(part.filter { $0.isASCII && $0 >= " " }.prefix(256)) }
    guard parts.count == 3 else { return nil }
    return TerminalFindings.Tmux(
      passthrough: parts[0], outside: parts[1],
      features: Set(parts[2].split(separator: ",").map(String.init)))
  }

  private static func run(_ arguments: [String], _ environment: [String: String]) -> String? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Our signals are blocked for the event loop's sake; a child must not inherit that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    var pairs: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") }
    words.append(nil)
    pairs.append(nil)
    defer { for pointer in words + pairs { free(pointer) } }
    var process: pid_t = 0
    let status = posix_spawnp(&process, "tmux", &actions, &attributes, words, pairs)
    close(ends[1])
    guard status == 0 else { return nil }
    let output = read(ends[0], milliseconds: 1000)
    if output == nil { kill(process, SIGKILL) }
    var code: Int32 = 0
    while waitpid(process, &code, 0) < 0, errno == EINTR {}
    return code == 0 ? output : nil
  }

  /// All that comes until the end; nil when that does not come in time.
  private static func read(_ descriptor: Int32, milliseconds: Int) -> String? {
    var bytes: [UInt8] = []
    let clock = ContinuousClock()
    let end = clock.now + .milliseconds(milliseconds)
    while clock.now < end, bytes.count < 4096 {
      var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, 50) > 0 else { continue }
      var chunk = [UInt8](repeating: 0, count: 1024)
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      if count < 0, errno != EINTR { return nil }
      if count > 0 { bytes += chunk[..<count] }
    }
    return nil
  }
}
