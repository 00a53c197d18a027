import Domain
import Foundation
import GRDB
import Gateway
import NIOCore
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

  /// What one process received and measured it need not read again; the next one knows nothing of it.
  @Test func afterARestartAFileIsReadBeforeItIsKept() async throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let data = DataDirectory(folder.url)
    try data.create()
    let upload = UploadID.make()
    let bytes = Data(repeating: 7, count: 100_000)
    let first = FileStore(data)
    let batch = try await first.receive(
      [
        ChunkPart(
          bytes: ByteBuffer(bytes: bytes), sha256: TestFile.hex(bytes),
          fixed: .init(file: 0, offset: 0))
      ], upload: upload)
    let place = try #require(try await first.keep(batch).first)
    let chunk = ChunkRecord(
      file: 0, index: 0, size: bytes.count, sha256: TestFile.hex(bytes), place: place)
    let whole = try await first.assemble([chunk], upload: upload, file: 0, expecting: nil)
    #expect(whole.size == 100_000 && whole.sha256 == TestFile.hex(bytes))
    let file = data.chunks.appendingPathComponent("\(upload.rawValue)/f0")
    let handle = try FileHandle(forUpdating: file)
    try handle.seek(toOffset: 500)
    try handle.write(contentsOf: Data("damaged".utf8))
    try handle.close()
    await #expect(throws: StorageError.damaged(chunk: 0)) {
      try await FileStore(data).assemble([chunk], upload: upload, file: 0, expecting: nil)
    }
    // Who writes there again knows nothing of it either, until that is kept.
    let again = try await first.receive(
      [
        ChunkPart(
          bytes: ByteBuffer(bytes: Data(repeating: 8, count: 100_000)), sha256: "",
          fixed: .init(file: 0, offset: 0))
      ], upload: upload)
    await first.drop(again)
    await #expect(throws: StorageError.damaged(chunk: 0)) {
      try await first.assemble([chunk], upload: upload, file: 0, expecting: nil)
    }
  }
}
