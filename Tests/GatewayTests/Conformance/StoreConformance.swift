import Crypto
import Domain
import Foundation
import Gateway
import NIOCore
import Testing

/// What every pair of ``ChunkStore`` and ``BlobStore`` must do.
struct StoreConformance {
  let chunks: any ChunkStore
  let blobs: any BlobStore

  private struct Body: AsyncSequence, Sendable {
    var parts: [Data]
    var failsAtEnd = false
    struct Cut: Error {}
    struct Iterator: AsyncIteratorProtocol {
      var parts: [Data]
      var failsAtEnd: Bool
      mutating func next() async throws -> ByteBuffer? {
        guard !parts.isEmpty else {
          if failsAtEnd { throw Cut() }
          return nil
        }
        return ByteBuffer(bytes: parts.removeFirst())
      }
    }
    func makeAsyncIterator() -> Iterator { Iterator(parts: parts, failsAtEnd: failsAtEnd) }
  }

  private func hex(_ data: Data) -> String {
    SHA256.hash(data: data).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  func run() async throws {
    let upload = UploadID.make()
    let pieces = (0..<3).map { index in Data((0..<300_000).map { UInt8(($0 * 7 + index) & 255) }) }
    var records: [ChunkRecord] = []
    for (index, piece) in pieces.enumerated() {
      let halves = [Data(piece.prefix(100_000)), Data(piece.dropFirst(100_000))]
      let incoming = try await chunks.receive(Body(parts: halves), limit: 300_000)
      #expect(incoming.measured.size == piece.count && incoming.measured.sha256 == hex(piece))
      try await chunks.keep(incoming, upload: upload, file: 0, index: index)
      records.append(
        ChunkRecord(
          file: 0, index: index, size: piece.count, sha256: incoming.measured.sha256))
    }
    await #expect(throws: StorageError.tooLarge(limit: 10)) {
      try await chunks.receive(Body(parts: [pieces[0]]), limit: 10)
    }
    await #expect(throws: Body.Cut.self) {
      try await chunks.receive(Body(parts: [pieces[0]], failsAtEnd: true), limit: 300_000)
    }
    let whole = pieces.reduce(Data(), +)
    // Twice, as after a crash between joining and recording.
    for _ in 0..<2 {
      let object = try await chunks.assemble(records, upload: upload, file: 0)
      #expect(object.size == 900_000 && object.sha256 == hex(whole))
      #expect(try await blobs.get(object.key, limit: 900_000) == whole)
      #expect(try Data(contentsOf: try await blobs.file(object.key)) == whole)
      await #expect(throws: StorageError.self) {
        try await blobs.get(object.key, limit: 899_999)
      }
    }
    let missing = ChunkRecord(file: 0, index: 7, size: 1, sha256: hex(Data([1])))
    await #expect(throws: StorageError.damaged(chunk: 7)) {
      try await chunks.assemble([missing], upload: upload, file: 0)
    }
    try await chunks.discard(upload: upload)
    try await chunks.discard(upload: upload)
    await #expect(throws: StorageError.damaged(chunk: 0)) {
      try await chunks.assemble(records, upload: upload, file: 0)
    }
    let key = BlobKey("reports/one")
    try await blobs.put(Data([1, 2]), key: key)
    try await blobs.put(Data([3]), key: key)
    #expect(try await blobs.get(key, limit: 9) == Data([3]))
    try await blobs.remove(key)
    try await blobs.remove(key)
    await #expect(throws: StorageError.self) { try await blobs.get(key, limit: 9) }
    #expect(try await blobs.freeBytes() > 0)
  }
}
