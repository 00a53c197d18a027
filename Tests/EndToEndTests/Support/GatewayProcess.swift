import Foundation
import Glibc
import TestSupport

/// The real `radrelay-gateway`, as a person would start it, from the folder of the build products.
final class GatewayProcess: Sendable {
  let port: Int
  let process: ChildProcess

  private init(port: Int, process: ChildProcess) {
    self.port = port
    self.process = process
  }

  /// The folder that this test program was built into, with the other programs; or another one with
  /// other programs (RADRELAY_PROGRAMS), for soak runs of an optimised build.
  static let products: URL = {
    if let folder = ProcessInfo.processInfo.environment["RADRELAY_PROGRAMS"], !folder.isEmpty {
      return URL(fileURLWithPath: folder)
    }
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let path = buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
    return URL(fileURLWithPath: String(decoding: path, as: UTF8.self))
      .deletingLastPathComponent()
  }()

  static var program: String { products.appendingPathComponent("radrelay-gateway").path }
  static let isBuilt = ChildProcess.find(program) != nil

  static let password = "Correct-Horse-9"

  /// Makes an account.
  static func addUser(
    _ name: String, role: String = "radiographer", facility: String = "Clinic", data: URL,
    environment: [String: String] = [:]
  ) async throws {
    let child = try await ChildProcess.run(
      program,
      [
        "user", "add", name, "--role", role, "--facility", facility, "--data", data.path,
        "--password-stdin",
      ],
      environment: environment, input: Data((password + "\n").utf8), within: .seconds(120))
    guard child.exitStatus == 0 else {
      throw ChildProcessError.ended(program, child.exitStatus ?? -1, child.errors)
    }
  }

  /// Starts it and waits for the line in which it names its address.
  /// - Parameter port: 0 for a free one.
  /// - Parameter options: further ones of `serve`.
  static func start(
    data: URL, port: Int = 0, pacs: OrthancServer? = nil, options: [String] = [],
    environment: [String: String] = [:]
  ) async throws -> GatewayProcess {
    var arguments =
      ["serve", "--data", data.path, "--port", "\(port)", "--quiet", "--report-interval", "1"]
      + options
    if let pacs {
      arguments += ["--pacs", pacs.dicomWeb]
      if !pacs.user.isEmpty {
        let file = data.appendingPathComponent("pacs-password")
        try Data((pacs.password + "\n").utf8).write(to: file)
        arguments += ["--pacs-user", pacs.user, "--pacs-password-file", file.path]
      }
    }
    let process = try await ChildProcess.start(program, arguments, environment: environment)
    let line = try await process.line(containing: "listening", within: .seconds(120))
    let answer = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
    guard let address = answer["listening"], let url = URL(string: address), let port = url.port
    else { throw ChildProcessError.ended(program, 0, line) }
    return GatewayProcess(port: port, process: process)
  }

  /// `kill -9`, and waits until the process is gone.
  func kill() async throws {
    process.send(SIGKILL)
    _ = try await process.exit()
  }
}

/// A folder that goes away with the test.
final class TemporaryFolder: Sendable {
  let url = FileManager.default.temporaryDirectory
    .appendingPathComponent("radrelay-e2e-\(UUID().uuidString)")
  init() throws {
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }
  /// Programs that were killed a moment ago may still make files in it.
  deinit {
    for _ in 0..<100 {
      try? FileManager.default.removeItem(at: url)
      if !FileManager.default.fileExists(atPath: url.path) { break }
      usleep(20_000)
    }
  }
}
