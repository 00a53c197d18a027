import Foundation
import GRDB
import Testing

@testable import GatewayEmbedded

/// What is acknowledged is on the disk: the databases that gate acknowledgements flush each commit.
@Suite struct DurabilityTests {
  @Test func everyCommitIsFlushed() async throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let catalogue = try SQLiteCatalogue(
      file: folder.url.appendingPathComponent("catalogue.sqlite"), bus: InProcessEventBus())
    let index = try ArchiveIndex.open(folder.url.appendingPathComponent("index.sqlite"))
    for pool in [catalogue.pool, index] {
      // The connection that writes; 2 is FULL.
      let level = try await pool.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
      #expect(level == 2)
      let journal = try await pool.write { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
      #expect(journal == "wal")
    }
  }
}
