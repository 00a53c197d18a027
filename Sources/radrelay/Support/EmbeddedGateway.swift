import CLinux
import Foundation

/// A `radrelay-gateway` of our own, for the demonstration: a child process on a free loopback
/// port. It ends when its standard input closes, so it cannot outlive this process, however this
/// process ends.
final class EmbeddedGateway: Sendable {
  /// Where it listens, for example `http://127.0.0.1:41234`.
  let address: String
  private let pid: pid_t
  private let lifeline: Int32

  private init(address: String, pid: pid_t, lifeline: Int32) {
    self.address = address
    self.pid = pid
    self.lifeline = lifeline
  }

  /// Starts it and waits until it listens: on the port of the last time, because queued uploads
  /// know their gateway by its address, or on a free one when somebody else has that now.
  /// - Parameter folder: holds its data directory and its log.
  static func start(folder: String) throws -> EmbeddedGateway {
    let file = folder + "/gateway.port"
    let last = (try? String(contentsOfFile: file, encoding: .utf8)).flatMap { UInt16($0) }
    if let last, let gateway = try? start(folder: folder, port: last) { return gateway }
    let gateway = try start(folder: folder, port: 0)
    let port = gateway.address.split(separator: ":").last.map(String.init) ?? "0"
    try port.write(toFile: file, atomically: true, encoding: .utf8)
    return gateway
  }

  private static func start(folder: String, port: UInt16) throws -> EmbeddedGateway {
    let log = folder + "/gateway.log"
    let program = try sibling("radrelay-gateway")
    var input: [Int32] = [0, 0]
    var output: [Int32] = [0, 0]
    guard pipe(&input) == 0, pipe(&output) == 0 else {
      throw CommandFailure(
        "No pipe could be made: \(String(cString: strerror(errno))).", .temporary)
    }
    for descriptor in input + output { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    let arguments = [
      program, "serve", "--demo", "--data", folder + "/gateway", "--port", String(port),
      "--until-stdin-closes",
    ]
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input[0], 0)
    posix_spawn_file_actions_adddup2(&actions, output[1], 1)
    posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    // A signal mask is inherited: the gateway wants its own, and its own process group keeps
    // the terminal's Ctrl-C and Ctrl-Z away from it.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETPGROUP))

    var pid: pid_t = 0
    var pointers = arguments.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    let code = posix_spawn(&pid, program, &actions, &attributes, pointers, environ)
    close(input[0])
    close(output[1])
    guard code == 0 else {
      close(input[1])
      close(output[0])
      throw CommandFailure(
        "\(program) cannot be started: \(String(cString: strerror(code))).", .failure)
    }
    defer { close(output[0]) }
    guard let address = listening(output[0]) else {
      close(input[1])
      var status: Int32 = 0
      waitpid(pid, &status, 0)
      throw CommandFailure("The gateway did not start; see \(log).", .failure)
    }
    return EmbeddedGateway(address: address, pid: pid, lifeline: input[1])
  }

  /// Lets it end and waits for it.
  func stop() {
    close(lifeline)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
  }

  /// The address in the line `{"listening":"http://127.0.0.1:PORT"}`; others may come before it.
  private static func listening(_ descriptor: Int32) -> String? {
    struct Line: Decodable { var listening: String }
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while line.count < 4096, read(descriptor, &byte, 1) == 1 {
      guard byte == 0x0A else {
        line.append(byte)
        continue
      }
      if let found = try? JSONDecoder().decode(Line.self, from: Data(line)) {
        return found.listening
      }
      line = []
    }
    return nil
  }

  /// A program that was built or installed beside this one.
  private static func sibling(_ name: String) throws -> String {
    let own =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let path = (own as NSString).deletingLastPathComponent + "/" + name
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw CommandFailure(
        "\(path) is missing. Build it with `swift build --product \(name)`, or install it beside "
          + "radrelay.", .notFound)
    }
    return path
  }
}
