import Domain
import Foundation
import Testing

@testable import Sync

@Suite("Files as they are sent")
struct SourceFileTests {
  /// A file of some length on the disk, and what the store has of it.
  private func file(_ bytes: Data) throws -> UploadFile {
    let path = NSTemporaryDirectory() + "radrelay-source-\(UInt64.random(in: 0 ... .max))"
    try bytes.write(to: URL(fileURLWithPath: path))
    var status = stat()
    try #require(stat(path, &status) == 0)
    return UploadFile(
      id: FileID("f"), uploadID: UploadID("u"), path: path, byteCount: Int64(bytes.count),
      modifiedAt: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
      inode: UInt64(status.st_ino), sopInstanceUID: "1.2.3", sopClassUID: "1.2",
      seriesInstanceUID: "1.2.1", transferSyntaxUID: "1.2.840.10008.1.2.1")
  }

  /// The last chunk of a file may have any number of bytes. Few of them are kept within `Data` itself,
  /// more of them are not.
  @Test(arguments: [1, 2, 7, 13, 14, 15, 16, 64, 1_024])
  func aLastChunkOfAnyLengthIsReadAsItIs(_ rest: Int) throws {
    let bytes = Data((0..<(1_024 + rest)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) })
    let row = try file(bytes)
    defer { try? FileManager.default.removeItem(atPath: row.path) }
    let source = try SourceFile(row)
    // Again and again: memory that was given back too early shows in what comes after.
    for _ in 0..<200 {
      let first = try source.read(offset: 0, length: 1_024)
      let last = try source.read(offset: 1_024, length: rest)
      #expect(first == bytes.prefix(1_024) && last == bytes.suffix(rest))
    }
    #expect(throws: SourceError.self) {
      _ = try source.read(offset: Int64(bytes.count) - 1, length: 2)
    }
    #expect(try source.read(offset: 0, length: 0).isEmpty)
    let layout = ChunkLayout(chunkSize: 1_024)
    let digest = try source.digest(layout: layout)
    #expect(
      digest.chunks == [Digests.sha256(bytes.prefix(1_024)), Digests.sha256(bytes.suffix(rest))])
    #expect(digest.sha256 == Digests.hexadecimal(Digests.sha256(bytes)))
  }
}
