public import Foundation
import Glibc

/// A real PACS for tests: Orthanc with its DICOMweb plugin on a free port of 127.0.0.1, with its
/// storage in a temporary folder.
///
/// ```swift
/// @Test(.enabled(if: OrthancServer.isInstalled, "needs orthanc and orthanc-dicomweb"))
/// func stores() async throws {
///   let orthanc = try await OrthancServer.start()
///   defer { orthanc.kill() }
/// ```
public final class OrthancServer: Sendable {
  public let port: Int
  public let folder: URL
  public let process: ChildProcess
  public let user: String
  public let password: String

  private static let plugin = [
    "/usr/share/orthanc/plugins/libOrthancDicomWeb.so", "/usr/lib/orthanc/libOrthancDicomWeb.so",
  ].first { FileManager.default.fileExists(atPath: $0) }

  /// False when Debian's `orthanc` or `orthanc-dicomweb` is missing; tests are skipped then.
  public static let isInstalled = ChildProcess.find("Orthanc") != nil && plugin != nil

  /// `http://127.0.0.1:PORT/dicom-web`.
  public var dicomWeb: String { "http://127.0.0.1:\(port)/dicom-web" }

  private init(port: Int, folder: URL, process: ChildProcess, user: String, password: String) {
    self.port = port
    self.folder = folder
    self.process = process
    self.user = user
    self.password = password
  }

  /// Starts one and waits until it answers.
  /// - Parameter user: empty for a server without authentication.
  /// - Parameter folder: storage of an earlier one that was stopped, to go on with.
  public static func start(
    user: String = "", password: String = "", folder existing: URL? = nil, port fixed: Int? = nil,
    options: [String: any Sendable] = [:]
  ) async throws -> OrthancServer {
    guard let plugin else { throw ChildProcessError.notInstalled("orthanc-dicomweb") }
    let folder =
      existing
      ?? FileManager.default.temporaryDirectory
      .appendingPathComponent("orthanc-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    // Another process may take the free port first: then Orthanc ends, and the next one is tried.
    for attempt in 0... {
      let port = try fixed ?? FreePort.next()
      let file = folder.appendingPathComponent("orthanc.json")
      var configuration: [String: any Sendable] = [
        "Name": "RadRelay test", "StorageDirectory": folder.appendingPathComponent("db").path,
        "IndexDirectory": folder.appendingPathComponent("db").path, "Plugins": [plugin],
        "DicomServerEnabled": false, "HttpPort": port, "RemoteAccessAllowed": false,
        "AuthenticationEnabled": !user.isEmpty, "SaveJobs": false, "SynchronousCMove": true,
        "DicomWeb": ["Enable": true, "Root": "/dicom-web/"] as [String: any Sendable],
      ]
      if !user.isEmpty { configuration["RegisteredUsers"] = [user: password] }
      for (name, value) in options { configuration[name] = value }
      try JSONSerialization.data(withJSONObject: configuration).write(to: file)
      let process = try await ChildProcess.start("Orthanc", [file.path], in: folder)
      let server = OrthancServer(
        port: port, folder: folder, process: process, user: user, password: password)
      do {
        _ = try await process.line(containing: "Orthanc has started", within: .seconds(120))
        try await Wait.until("answer of Orthanc", within: .seconds(120)) {
          (try? await server.get("/system").status) == 200
        }
        return server
      } catch {
        process.send(SIGKILL)
        _ = try? await process.exit()
        guard attempt < 4, fixed == nil else {
          if existing == nil { try? FileManager.default.removeItem(at: folder) }
          throw error
        }
      }
    }
    throw ChildProcessError.notInstalled("Orthanc")
  }

  /// GET of Orthanc's own interface, e.g. `/instances` or `/changes`.
  public func get(_ path: String) async throws -> RawHTTP.Answer {
    var headers: [String: String] = [:]
    if !user.isEmpty {
      headers["Authorization"] = "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
    }
    return try await RawHTTP.send("GET", path, headers: headers, to: port, within: .seconds(120))
  }

  /// Orthanc's own identifiers of all instances that it holds.
  public func instances() async throws -> [String] {
    try JSONDecoder().decode([String].self, from: await get("/instances").body)
  }

  /// Freezes it (SIGSTOP): connections are taken, nothing is answered.
  public func freeze() {
    process.send(SIGSTOP)
    // The signal takes effect when the kernel gets to it: until the process shows as stopped, it
    // may still answer.
    let file = "/proc/\(process.processID)/stat"
    for _ in 0..<10_000 {
      let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
      let state = text.split(separator: ")").last?.split(separator: " ").first
      if state == "T" || state == nil { return }
      usleep(100)
    }
  }
  /// Lets it go on (SIGCONT).
  public func thaw() { process.send(SIGCONT) }

  /// Ends it in order; its storage stays for ``start(user:password:folder:port:options:)``.
  public func stop() async { await process.stop(within: .seconds(120)) }

  /// Kills it at once and removes its storage.
  public func kill() {
    process.send(SIGKILL)
    // While it dies it may still make files.
    _ = ProcessTree.waitForEnd(of: [process.processID])
    try? FileManager.default.removeItem(at: folder)
  }
}
