import Crypto
import Domain
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization
import Testing
import Wire

@testable import Gateway
@testable import GatewayEmbedded

/// A gateway of embedded parts in a folder of its own, with a scripted archive and a clock that
/// the test moves. Its services run when the test says so.
final class TestGateway: Sendable {
  let folder: DataDirectory
  let archive: ScriptedArchive
  let server: GatewayServer
  let catalogue: SQLiteCatalogue
  let files: FileStore
  let hasher: PasswordHasher
  private let clock: Mutex<TimeInterval>

  init(
    archive: ScriptedArchive = ScriptedArchive(), archives: [String: ScriptedArchive] = [:],
    withoutHistory: [String] = [],
    chunks wrap: (FileStore) -> any ChunkStore = { $0 },
    freeBytes: (@Sendable () -> Int64)? = nil,
    configure: (inout GatewayConfiguration) -> Void = { _ in }
  ) async throws {
    let root = FileManager.default.temporaryDirectory
      .appendingPathComponent("radrelay-gateway-\(UUID().uuidString)")
    folder = DataDirectory(root)
    try folder.create()
    self.archive = archive
    let offset = Box()
    clock = Mutex(0)
    box = offset
    var configuration = GatewayConfiguration()
    configuration.completeWait = 0
    configuration.diskReserve = 0
    configuration.now = { Date(timeIntervalSinceNow: offset.value) }
    configure(&configuration)
    let bus = InProcessEventBus()
    catalogue = try SQLiteCatalogue(file: folder.database, bus: bus)
    let files = FileStore(folder)
    self.files = files
    hasher = try PasswordHasher(cost: 4)
    let blobs: any BlobStore = freeBytes.map { FixedRoom(files: files, free: $0) } ?? files
    var routes: [FacilityID: any Archive] = [:]
    for (name, archive) in archives {
      routes[try await catalogue.facility(named: name).id] = archive
    }
    for name in withoutHistory {
      configuration.facilitiesWithoutHistory.insert(try await catalogue.facility(named: name).id)
    }
    let parts = GatewayParts(
      catalogue: catalogue, chunks: wrap(files), blobs: blobs, bus: bus, archive: archive,
      archives: routes, reader: DICOMInstanceReader(),
      tokens: try await TokenIssuer(key: TokenIssuer.makeKey(), now: configuration.now),
      hasher: hasher)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    server = GatewayServer(parts, configuration: configuration, log: .none, logger: logger)
  }

  deinit { try? FileManager.default.removeItem(at: folder.root) }

  private let box: Box

  func advance(_ seconds: TimeInterval) { box.add(seconds) }

  static let password = "Correct-Horse-9"

  func user(_ name: String, _ role: Role = .radiographer, facility: String = "North") async throws {
    try await Accounts.add(
      name: name, fullName: "", role: role, facility: facility, password: Self.password,
      to: catalogue, hasher: hasher)
  }

  /// Runs the test against the routes.
  func run(_ body: @Sendable (TestClient) async throws -> Void) async throws {
    let application = Application(router: server.router(), logger: Logger(label: "test"))
    try await application.test(.router) { client in
      try await body(TestClient(client: client))
    }
  }

  /// Forwards and polls until nothing is due.
  func settle() async {
    for _ in 0..<20 {
      let wait = await server.queue.turn()
      if wait > 0 { break }
    }
    await server.poller.turn()
  }
}

/// A moving offset to the clock.
final class Box: Sendable {
  private let offset = Mutex<TimeInterval>(0)
  var value: TimeInterval { offset.withLock { $0 } }
  func add(_ seconds: TimeInterval) { offset.withLock { $0 += seconds } }
}

/// A blob store whose disk has a given room.
struct FixedRoom: BlobStore {
  let files: FileStore
  let free: @Sendable () -> Int64
  func file(_ key: BlobKey) async throws -> URL { try await files.file(key) }
  func put(_ data: Data, key: BlobKey) async throws { try await files.put(data, key: key) }
  func get(_ key: BlobKey, limit: Int) async throws -> Data {
    try await files.get(key, limit: limit)
  }
  func remove(_ key: BlobKey) async throws { try await files.remove(key) }
  func objects(
    untouchedSince date: Date, _ each: @Sendable ([BlobKey]) async throws -> Void
  ) async throws { try await files.objects(untouchedSince: date, each) }
  func freeBytes() async throws -> Int64 { free() }
}

/// A file as a client announces it.
struct TestFile {
  var id: String
  var bytes: Data
  var uid: String

  var manifest: ManifestFile {
    ManifestFile(
      fileID: id, size: Int64(bytes.count), sha256: Self.hex(bytes), sopInstanceUID: uid)
  }

  static func slices(_ count: Int, study: String = TestObjects.study) throws -> [TestFile] {
    try (1...count).map {
      TestFile(
        id: "f\($0)", bytes: try TestObjects.slice($0, study: study), uid: "\(study).\($0)")
    }
  }

  static func hex(_ data: Data) -> String { hexadecimal(SHA256.hash(data: data)) }
}
