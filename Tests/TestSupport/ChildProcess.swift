public import Foundation
import Glibc
import Synchronization

/// A program that a test starts, watches and stops by its process id.
///
/// It dies with the test process (the kernel kills it: `setpriv --pdeathsig`), inherits no
/// descriptor, and its output is read at once, so that it never blocks on a full pipe.
public final class ChildProcess: Sendable {
  public let processID: pid_t
  public let program: String
  private let state = Mutex(State())

  private struct State {
    var output = Data()
    var errors = Data()
    var status: Int32?
    var openPipes = 2
  }

  private init(processID: pid_t, program: String) {
    self.processID = processID
    self.program = program
  }

  /// Starts `program` (a path, or a name looked up in PATH).
  /// - Parameter environment: additions to the environment of the test process.
  public static func start(
    _ program: String, _ arguments: [String] = [], environment: [String: String] = [:],
    in folder: URL? = nil, input: Data = Data()
  ) async throws -> ChildProcess {
    try await withCheckedThrowingContinuation { continuation in
      // The kernel's parent-death signal is tied to the thread that forks: this thread lives
      // until the child has ended.
      let thread = Thread {
        do {
          let (child, pipes) = try launch(program, arguments, environment, folder)
          child.feed(input, to: pipes.input)
          child.collect(pipes.output) { $0.output.append($1) }
          child.collect(pipes.errors) { $0.errors.append($1) }
          continuation.resume(returning: child)
          child.reap()
        } catch {
          continuation.resume(throwing: error)
        }
      }
      thread.start()
    }
  }

  /// What the program wrote to its standard output so far.
  public var output: String { state.withLock { String(decoding: $0.output, as: UTF8.self) } }
  /// The same as bytes.
  public var outputBytes: Data { state.withLock { $0.output } }
  /// What the program wrote to its standard error output so far.
  public var errors: String { state.withLock { String(decoding: $0.errors, as: UTF8.self) } }

  /// The exit status when it has ended and all its output was read: 0 to 255, or 128 and the
  /// signal's number.
  public var exitStatus: Int32? { state.withLock { $0.openPipes == 0 ? $0.status : nil } }

  /// Sends a signal, unless the program has ended (its process id may be somebody else's then).
  public func send(_ signal: Int32) {
    state.withLock { if $0.status == nil { _ = Glibc.kill(processID, signal) } }
  }

  /// Waits for the end of the program.
  public func exit(within limit: Duration = .seconds(120)) async throws -> Int32 {
    try await Wait.value("end of \(program)", within: limit) { self.exitStatus }
  }

  /// Waits for a complete line, on either output, that contains `text`.
  public func line(containing text: String, within limit: Duration = .seconds(120)) async throws
    -> String
  {
    try await Wait.value("a line with '\(text)' from \(program)", within: limit) {
      for stream in [self.output, self.errors] {
        for line in stream.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        where line.contains(text) { return String(line) }
      }
      if let status = self.exitStatus {
        throw ChildProcessError.ended(self.program, status, String(self.errors.suffix(2000)))
      }
      return nil
    }
  }

  /// Asks the program to end (SIGTERM), kills it when it does not, and waits until it is gone.
  public func stop(within limit: Duration = .seconds(120)) async {
    send(SIGCONT)
    send(SIGTERM)
    if (try? await exit(within: limit)) == nil {
      send(SIGKILL)
      _ = try? await exit(within: limit)
    }
  }

  /// Runs a program to its end.
  public static func run(
    _ program: String, _ arguments: [String] = [], environment: [String: String] = [:],
    in folder: URL? = nil, input: Data = Data(), within limit: Duration = .seconds(120)
  ) async throws -> ChildProcess {
    let child = try await start(
      program, arguments, environment: environment, in: folder, input: input)
    do {
      _ = try await child.exit(within: limit)
    } catch {
      child.send(SIGKILL)
      throw error
    }
    return child
  }

  /// The path of a program, or nil when it is not installed.
  public static func find(_ name: String) -> String? {
    if name.contains("/") { return access(name, X_OK) == 0 ? name : nil }
    let path = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin:/usr/bin:/bin"
    for folder in path.split(separator: ":") where access("\(folder)/\(name)", X_OK) == 0 {
      return "\(folder)/\(name)"
    }
    return nil
  }
}

extension ChildProcess {
  private struct Pipes {
    var input: Int32
    var output: Int32
    var errors: Int32
  }

  private static func launch(
    _ program: String, _ arguments: [String], _ additions: [String: String], _ folder: URL?
  ) throws -> (ChildProcess, Pipes) {
    guard let path = find(program) else { throw ChildProcessError.notInstalled(program) }
    var command = [path] + arguments
    if let setpriv = find("setpriv") { command = [setpriv, "--pdeathsig", "KILL", "--"] + command }
    if let folder { command = ["/usr/bin/env", "-C", folder.path] + command }
    var ends: [Int32] = []
    for _ in 0..<3 {
      var pair: [Int32] = [-1, -1]
      guard pipe(&pair) == 0 else { throw ChildProcessError.notStarted(path, errno) }
      ends += pair
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    posix_spawn_file_actions_adddup2(&actions, ends[3], 1)
    posix_spawn_file_actions_adddup2(&actions, ends[5], 2)
    // Nothing of ours is inherited; closing a number that is not open is no error here.
    for descriptor in Int32(3)..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
    let environment = ProcessInfo.processInfo.environment.merging(additions) { $1 }
    var argumentPointers = command.map { strdup($0) } + [nil]
    var environmentPointers = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
    // Threads of the task pool block signals, and a child inherits that: it would be deaf to
    // SIGTERM.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    var processID = pid_t()
    let result = posix_spawn(
      &processID, command[0], &actions, &attributes, &argumentPointers, &environmentPointers)
    for end in [ends[0], ends[3], ends[5]] { close(end) }
    guard result == 0 else {
      for end in [ends[1], ends[2], ends[4]] { close(end) }
      throw ChildProcessError.notStarted(path, result)
    }
    return (
      ChildProcess(processID: processID, program: program),
      Pipes(input: ends[1], output: ends[2], errors: ends[4])
    )
  }

  private func feed(_ data: Data, to descriptor: Int32) {
    guard !data.isEmpty else {
      close(descriptor)
      return
    }
    Thread.detachNewThread {
      let bytes = Array(data)
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes {
          write(descriptor, $0.baseAddress! + sent, $0.count - sent)
        }
        if count <= 0 { break }
        sent += count
      }
      close(descriptor)
    }
  }

  private func collect(
    _ descriptor: Int32, into add: @escaping @Sendable (inout State, Data) -> Void
  ) {
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { break }
        self.state.withLock { add(&$0, Data(buffer[0..<count])) }
      }
      close(descriptor)
      self.state.withLock { $0.openPipes -= 1 }
    }
  }

  private func reap() {
    // First only look (WNOWAIT), so that no signal is sent to an id that is free again.
    var information = siginfo_t()
    while waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
    state.withLock { state in
      var raw: Int32 = 0
      while waitpid(processID, &raw, 0) < 0 && errno == EINTR {}
      let signal = raw & 0x7F
      state.status = signal == 0 ? (raw >> 8) & 0xFF : 128 + signal
    }
  }
}

/// Why a program of a test did not do what was wanted.
public enum ChildProcessError: Error {
  case notInstalled(String)
  case notStarted(String, Int32)
  case ended(String, Int32, String)
}
