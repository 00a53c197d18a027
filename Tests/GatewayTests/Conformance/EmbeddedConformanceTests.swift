import Foundation
import Gateway
import NIOCore
import Testing

@testable import GatewayEmbedded

@Suite struct EmbeddedConformanceTests {
  @Test func catalogue() async throws {
    let folder = try TemporaryFolder()
    let root = folder.url
    try await CatalogueConformance {
      try SQLiteCatalogue(
        file: root.appendingPathComponent("\(UUID().uuidString).sqlite"),
        bus: InProcessEventBus())
    }.run()
  }

  @Test func stores() async throws {
    let folder = try TemporaryFolder()
    let directory = DataDirectory(folder.url)
    try directory.create()
    let files = FileStore(directory)
    try await StoreConformance(chunks: files, blobs: files).run()
    // Only the owner may read what is kept.
    let attributes = try FileManager.default.attributesOfItem(atPath: directory.objects.path)
    #expect((attributes[.posixPermissions] as? Int).map { $0 & 0o077 } == 0)
  }

  @Test func oneGatewayPerFolder() throws {
    let folder = try TemporaryFolder()
    let directory = DataDirectory(folder.url)
    try directory.create()
    let lock = try directory.takeLock()
    #expect(throws: StorageError.self) { try directory.takeLock() }
    withExtendedLifetime(lock) {}
  }
}
