import Foundation
import GRDB
import TestSupport
import Testing

@testable import GatewayEmbedded

/// What a gateway with its built-in archive has on its disk; read when it does not run.
struct GatewayHoldings: Sendable {
  /// The digest of the bytes under each SOP Instance UID.
  var instances: [String: String] = [:]
  var uploads = 0

  static func read(_ data: URL) async throws -> GatewayHoldings {
    var holdings = GatewayHoldings()
    let folder = data.appendingPathComponent("archive")
    let index = try ArchiveIndex.open(folder.appendingPathComponent("index.sqlite"))
    defer { try? index.close() }
    let rows = try await index.read { try InstanceDigests.fetch($0) }
    for (uid, digests) in rows {
      #expect(digests.count == 1, "\(uid) is there twice")
      guard let sha256 = digests.first else { continue }
      let bytes = try Data(
        contentsOf: folder.appendingPathComponent("objects/\(sha256.prefix(2))/\(sha256)"))
      holdings.instances[uid] = EndToEndTests.sha256(bytes)
    }
    let catalogue = try SQLiteCatalogue(
      file: data.appendingPathComponent("catalogue.sqlite"), bus: InProcessEventBus())
    defer { try? catalogue.pool.close() }
    holdings.uploads = try await catalogue.read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM upload") ?? 0
    }
    return holdings
  }
}
