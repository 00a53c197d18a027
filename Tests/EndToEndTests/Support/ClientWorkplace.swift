import Foundation
import TestSupport

/// A person's workstation in a folder of its own: the real `radrelay`, as a shell would call it.
struct ClientWorkplace: Sendable {
  let folder: TemporaryFolder
  /// Store and configuration, as `RADRELAY_HOME` names them.
  var home: URL
  /// Of the gateway.
  var data: URL { folder.url.appendingPathComponent("gateway") }
  /// What its programs get besides.
  var variables: [String: String] = [:]

  static var program: String {
    GatewayProcess.products.appendingPathComponent("radrelay").path
  }
  static let isBuilt = GatewayProcess.isBuilt && ChildProcess.find(program) != nil

  /// Reads `--json`: keys in snake case.
  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }

  init() throws {
    folder = try TemporaryFolder()
    home = folder.url.appendingPathComponent("workstation")
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
  }

  var environment: [String: String] { ["RADRELAY_HOME": home.path].merging(variables) { $1 } }

  /// An empty folder for files of a test.
  func makeFolder(_ name: String) throws -> URL {
    let url = folder.url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }

  func start(_ arguments: [String], input: Data = Data()) async throws -> ChildProcess {
    try await ChildProcess.start(
      Self.program, arguments, environment: environment, input: input)
  }

  func run(_ arguments: [String], input: Data = Data(), within limit: Duration = .seconds(180))
    async throws -> ChildProcess
  {
    try await ChildProcess.run(
      Self.program, arguments, environment: environment, input: input, within: limit)
  }

  func logIn(_ name: String = "anna", at gateway: GatewayProcess) async throws {
    try await logIn(name, port: gateway.port)
  }

  func logIn(_ name: String = "anna", port: Int) async throws {
    let child = try await run(
      ["login", "http://127.0.0.1:\(port)", "--user", name, "--password-stdin"],
      input: Data((GatewayProcess.password + "\n").utf8))
    guard child.exitStatus == 0 else {
      throw ChildProcessError.ended("radrelay login", child.exitStatus ?? -1, child.errors)
    }
  }

  /// The uploads as `radrelay queue ls --json` has them.
  func queue() async throws -> [ClientUpload] {
    let child = try await run(["queue", "ls", "--json", "--limit", "1000"])
    guard child.exitStatus == 0 else {
      throw ChildProcessError.ended("radrelay queue ls", child.exitStatus ?? -1, child.errors)
    }
    return try ClientUpload.lines(child.output)
  }

  /// One upload with its files.
  func detail(_ id: String) async throws -> ClientUploadDetail {
    let child = try await run(["queue", "show", id, "--json"])
    return try ClientWorkplace.decoder.decode(ClientUploadDetail.self, from: child.outputBytes)
  }

  /// The process that holds the sender, as `radrelay status` names it.
  func sendingProcess() async throws -> Int32 {
    struct Status: Decodable { var sendingProcess: Int32? }
    return try await Wait.value("sender", within: .seconds(120)) {
      let child = try await run(["status", "--json"])
      return try ClientWorkplace.decoder.decode(Status.self, from: child.outputBytes).sendingProcess
    }
  }

  /// SHA-256 of every file that the gateway has on its disk, whatever anybody says.
  func heldByGateway() throws -> Set<String> { try Self.digests(below: data) }

  static func digests(below folder: URL) throws -> Set<String> {
    var digests: Set<String> = []
    let names = FileManager.default.enumerator(atPath: folder.path)
    while let name = names?.nextObject() as? String {
      guard let bytes = try? Data(contentsOf: folder.appendingPathComponent(name)) else { continue }
      digests.insert(sha256(bytes))
    }
    return digests
  }

  /// The reports as `radrelay reports ls --json` has them.
  func reports() async throws -> [ClientReport] {
    let child = try await run(["reports", "ls", "--json", "--limit", "1000"])
    guard child.exitStatus == 0 else {
      throw ChildProcessError.ended("radrelay reports ls", child.exitStatus ?? -1, child.errors)
    }
    return try child.output.split(separator: "\n").map {
      try ClientWorkplace.decoder.decode(ClientReport.self, from: Data($0.utf8))
    }
  }
}

/// A line of `--json` about an upload. The names are the interface: every key must be there.
struct ClientUpload: Decodable {
  var uploadId: String
  var studyInstanceUid: String
  var state: String
  var owner: String
  var facility: String
  var serviceLevel: String
  var modality: String
  var instances: Int
  var instancesSent: Int
  var instancesVerified: Int
  var bytes: Int64
  var bytesSent: Int64
  var bytesSentAgain: Int64
  var resumed: Int
  var reason: String
  var createdAt: String
  var isProven: Bool { ["verified", "committed"].contains(state) }

  static func lines(_ output: String) throws -> [ClientUpload] {
    try output.split(separator: "\n").map {
      try ClientWorkplace.decoder.decode(ClientUpload.self, from: Data($0.utf8))
    }
  }
}

/// A line of `--json` about a report.
struct ClientReport: Decodable {
  var reportId: String
  var studyInstanceUid: String
  var status: String
  var radiologist: String
  var hasPdf: Bool
  var text: String?
}

/// What `radrelay queue show --json` has of an upload.
struct ClientUploadDetail: Decodable {
  struct File: Decodable {
    var path: String
    var sopInstanceUid: String
    var sha256: String?
    var state: String
    var reason: String
  }
  var upload: ClientUpload
  var files: [File]
}
