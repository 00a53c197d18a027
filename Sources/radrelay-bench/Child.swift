import CLinux
import Foundation

/// A program that a suite starts and ends, by its process id.
struct Child {
  let pid: pid_t
  /// POSIX_SPAWN_SETSID of spawn.h, which the Glibc module lacks.
  private static let newSession: Int16 = 0x80

  /// Processor seconds, user and system, of the process itself.
  var cpuSeconds: Double {
    let fields = (Machine.text("/proc/\(pid)/stat") ?? "").split(separator: ")").last?
      .split(separator: " ").map(String.init)
    guard let fields, fields.count > 12, let user = Double(fields[11]),
      let system = Double(fields[12])
    else { return 0 }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// Resident memory, MB.
  var residentMegabytes: Double {
    let pages = (Machine.text("/proc/\(pid)/statm") ?? "").split(separator: " ")
    guard pages.count > 1, let count = Double(pages[1]) else { return 0 }
    return count * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_048_576
  }

  /// - Parameters:
  ///   - terminal: a device that becomes the terminal of a session of its own.
  ///   - input: becomes the standard input; nothing otherwise.
  ///   - output: becomes the standard output; nothing otherwise.
  ///   - isQuiet: what it says on its standard error is not shown.
  static func start(
    _ program: String, _ arguments: [String], environment: [String: String]? = nil,
    terminal: String? = nil, input: Int32? = nil, output: Int32? = nil, isQuiet: Bool = false
  ) throws -> Child {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The threads of this program block all signals, and a mask is inherited.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var flags = Int16(POSIX_SPAWN_SETSIGMASK)
    if let terminal {
      // The first terminal that a session's leader opens becomes the session's.
      flags |= Self.newSession
      posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
      posix_spawn_file_actions_adddup2(&actions, 0, 1)
      posix_spawn_file_actions_adddup2(&actions, 0, 2)
    } else {
      if let input {
        posix_spawn_file_actions_adddup2(&actions, input, 0)
      } else {
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
      }
      if let output {
        posix_spawn_file_actions_adddup2(&actions, output, 1)
      } else {
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
      }
    }
    if isQuiet { posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) }
    posix_spawnattr_setflags(&attributes, flags)
    let variables = environment ?? ProcessInfo.processInfo.environment
    var values = ([program] + arguments).map { strdup($0) } + [nil]
    var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for value in values + settings { free(value) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, program, &actions, &attributes, &values, &settings)
    guard code == 0 else {
      throw BenchError("\(program) cannot be started: \(String(cString: strerror(code))).")
    }
    return Child(pid: pid)
  }

  /// Waits for its end; the exit status, or minus the signal.
  @discardableResult
  func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
  }

  /// Asks it to end, and waits.
  func end(_ signal: Int32 = SIGTERM) {
    kill(pid, signal)
    wait()
  }

  /// Both ends, reading first; children inherit neither.
  static func makePipe() throws -> [Int32] {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw BenchError("no pipe can be made") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return ends
  }

  /// Runs a program to its end.
  static func run(_ program: String, _ arguments: [String], input: String? = nil) throws {
    let pipe = try makePipe()
    let child = try start(program, arguments, input: pipe[0])
    close(pipe[0])
    let bytes = Array((input ?? "").utf8)
    _ = write(pipe[1], bytes, bytes.count)
    close(pipe[1])
    let status = child.wait()
    guard status == 0 else { throw BenchError("\(program) ended with status \(status)") }
  }
}
