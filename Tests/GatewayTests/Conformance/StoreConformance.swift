import Crypto
import Domain
import Foundation
import Gateway
import NIOCore
import Synchronization
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
    try await joining(isFixed: true)
    try await joining(isFixed: false)
    try await atTheSameTime()
    try await together()
    try await adopting()
    try await untouched()
    let key = BlobKey("reports/one")
    try await blobs.put(Data([1, 2]), key: key)
    try await blobs.put(Data([3]), key: key)
    #expect(try await blobs.get(key, limit: 9) == Data([3]))
    try await blobs.remove(key)
    try await blobs.remove(key)
    await #expect(throws: StorageError.self) { try await blobs.get(key, limit: 9) }
    #expect(try await blobs.freeBytes() > 0)
  }

  private func slot(_ upload: UploadID, _ index: Int, isFixed: Bool) -> ChunkSlot {
    ChunkSlot(
      upload: upload,
      fixed: isFixed ? .init(file: 0, offset: Int64(index) * 300_000) : nil)
  }

  private func joining(isFixed: Bool) async throws {
    let upload = UploadID.make()
    let pieces = (0..<3).map { index in Data((0..<300_000).map { UInt8(($0 * 7 + index) & 255) }) }
    var records: [ChunkRecord] = []
    for (index, piece) in pieces.enumerated() {
      let slot = slot(upload, index, isFixed: isFixed)
      // Bytes that were given up leave no trace.
      let other = try await chunks.receive(
        Body(parts: [Data(repeating: 9, count: 299_999)]), limit: 300_000, slot: slot,
        wantsMD5: false)
      await chunks.drop(other)
      await chunks.drop(other)
      let halves = [Data(piece.prefix(100_000)), Data(piece.dropFirst(100_000))]
      let incoming = try await chunks.receive(
        Body(parts: halves), limit: 300_000, slot: slot, wantsMD5: index == 1)
      #expect(incoming.measured.size == piece.count && incoming.measured.sha256 == hex(piece))
      #expect((incoming.measured.md5 == nil) == (index != 1))
      let place = try await chunks.keep(incoming)
      await #expect(throws: StorageError.self, "once only") { try await chunks.keep(incoming) }
      records.append(
        ChunkRecord(
          file: 0, index: index, size: piece.count, sha256: incoming.measured.sha256,
          place: place))
    }
    await #expect(throws: StorageError.tooLarge(limit: 10)) {
      try await chunks.receive(
        Body(parts: [pieces[0]]), limit: 10, slot: slot(upload, 9, isFixed: false),
        wantsMD5: false)
    }
    await #expect(throws: Body.Cut.self) {
      try await chunks.receive(
        Body(parts: [pieces[0]], failsAtEnd: true), limit: 300_000,
        slot: slot(upload, 9, isFixed: false), wantsMD5: false)
    }
    let measured = try await chunks.measure(
      Body(parts: [pieces[2]]), limit: 300_000, wantsMD5: false)
    #expect(measured.sha256 == hex(pieces[2]))
    let whole = pieces.reduce(Data(), +)
    // Again, as after a crash between joining and recording. What is expected changes nothing.
    for digest in [nil, hex(whole), hex(Data())] {
      let object = try await chunks.assemble(records, upload: upload, file: 0, expecting: digest)
      #expect(object.size == 900_000 && object.sha256 == hex(whole))
      #expect(try await blobs.get(object.key, limit: 900_000) == whole)
      #expect(try Data(contentsOf: try await blobs.file(object.key)) == whole)
      await #expect(throws: StorageError.self) {
        try await blobs.get(object.key, limit: 899_999)
      }
    }
    let missing = ChunkRecord(file: 0, index: 7, size: 1, sha256: hex(Data([1])))
    await #expect(throws: StorageError.damaged(chunk: 7)) {
      try await chunks.assemble([missing], upload: upload, file: 0, expecting: nil)
    }
    var other = records
    other[1].sha256 = hex(Data([1]))
    let wrong = other
    for digest in [nil, hex(whole + whole)] {
      await #expect(throws: StorageError.damaged(chunk: 1)) {
        try await chunks.assemble(wrong, upload: upload, file: 0, expecting: digest)
      }
    }
    let object = try await chunks.assemble(records, upload: upload, file: 0, expecting: nil)
    try await chunks.discard(upload: upload)
    try await chunks.discard(upload: upload)
    #expect(try await blobs.get(object.key, limit: 900_000) == whole, "the object stays")
    await #expect(throws: StorageError.damaged(chunk: 0)) {
      try await chunks.assemble(records, upload: upload, file: 0, expecting: nil)
    }
  }

  /// Chunks that come in one body.
  private func together() async throws {
    let upload = UploadID.make()
    let parts = (1...5).map { Data(repeating: UInt8($0), count: 1_000 * $0) }
    // The third and the fifth have files of their own.
    let incoming = parts.enumerated().map { index, part in
      ChunkPart(
        bytes: ByteBuffer(bytes: part), sha256: hex(part),
        fixed: [2, 4].contains(index) ? .init(file: index, offset: 0) : nil)
    }
    let given = try await chunks.receive(incoming, upload: upload)
    await chunks.drop(given)
    let batch = try await chunks.receive(incoming, upload: upload)
    #expect(batch.parts == parts.map { MeasuredBytes(size: $0.count, sha256: hex($0)) })
    let places = try await chunks.keep(batch)
    await #expect(throws: StorageError.self, "once only") { try await chunks.keep(batch) }
    #expect(Set(places).count == 5)
    for (index, part) in parts.enumerated() {
      let record = ChunkRecord(
        file: index, index: 0, size: part.count, sha256: hex(part), place: places[index])
      #expect(try await chunks.read(record, upload: upload) == part)
      let object = try await chunks.assemble([record], upload: upload, file: index, expecting: nil)
      #expect(try await blobs.get(object.key, limit: part.count) == part)
      var wrong = record
      wrong.sha256 = hex(Data())
      let other = wrong
      await #expect(throws: StorageError.damaged(chunk: 0)) {
        try await chunks.read(other, upload: upload)
      }
    }
    try await chunks.discard(upload: upload)
  }

  /// Bytes of objects and of other sessions, which may go meanwhile.
  private func adopting() async throws {
    let (first, second, third) = (UploadID.make(), UploadID.make(), UploadID.make())
    let bytes = Data((0..<250_000).map { UInt8(truncatingIfNeeded: $0 &* 13) })
    var records: [ChunkRecord] = []
    for index in 0..<3 {
      let part = Data(bytes[index * 100_000..<min(bytes.count, (index + 1) * 100_000)])
      let incoming = try await chunks.receive(
        Body(parts: [part]), limit: 100_000,
        slot: ChunkSlot(upload: first, fixed: .init(file: 0, offset: Int64(index) * 100_000)),
        wantsMD5: false)
      records.append(
        ChunkRecord(
          file: 0, index: index, size: part.count, sha256: hex(part),
          place: try await chunks.keep(incoming)))
    }
    let object = try await chunks.assemble(records, upload: first, file: 0, expecting: nil)
    #expect(try await chunks.digests(of: object.key, every: 100_000) == records.map(\.sha256))
    let gone = BlobKey("2026/01/01/upload-\(UploadID.make().rawValue)/none")
    await #expect(throws: StorageError.self) { try await chunks.digests(of: gone, every: 9) }
    let borrowed = try await chunks.adopt(
      records.map { .chunk(first, place: $0.place) }
        + [.chunk(UploadID.make(), place: records[0].place)], into: second)
    let linked = try await chunks.adopt(
      records.indices.map { .object(object.key, offset: Int64($0) * 100_000) }
        + [.object(gone, offset: 0)], into: third)
    #expect(borrowed.last == .some(nil) && linked.last == .some(nil))
    #expect(!records.contains { chunks.isAdopted($0.place) })
    try await chunks.discard(upload: first)
    for (upload, places) in [(second, borrowed), (third, linked)] {
      let own = try zip(records, places).map { record, place in
        var record = record
        record.place = try #require(place)
        #expect(chunks.isAdopted(record.place))
        return record
      }
      // Another chunk of the same file may still come: it is not written into what was adopted.
      let incoming = try await chunks.receive(
        Body(parts: [Data(repeating: 0, count: 100_000)]), limit: 100_000,
        slot: ChunkSlot(upload: upload, fixed: .init(file: 0, offset: 0)), wantsMD5: false)
      _ = try await chunks.keep(incoming)
      let again = try await chunks.assemble(own, upload: upload, file: 0, expecting: nil)
      #expect(again.sha256 == hex(bytes) && again.size == bytes.count)
      #expect(try await blobs.get(again.key, limit: bytes.count) == bytes)
      try await chunks.discard(upload: upload)
    }
    #expect(try await blobs.get(object.key, limit: bytes.count) == bytes)
    #expect(try await chunks.adopt([], into: third) == [])
  }

  /// What nobody touched is listed; what is young is not.
  private func untouched() async throws {
    let upload = UploadID.make()
    let incoming = try await chunks.receive(
      Body(parts: [Data([1, 2, 3])]), limit: 9, slot: ChunkSlot(upload: upload), wantsMD5: false)
    let record = ChunkRecord(
      file: 0, index: 0, size: 3, sha256: hex(Data([1, 2, 3])),
      place: try await chunks.keep(incoming))
    let object = try await chunks.assemble([record], upload: upload, file: 0, expecting: nil)
    let past = Date(timeIntervalSinceNow: -3_600)
    let future = Date(timeIntervalSinceNow: 3_600)
    #expect(try await !chunks.sessions(untouchedSince: past).contains(upload))
    #expect(try await chunks.sessions(untouchedSince: future).contains(upload))
    let found = Mutex<[BlobKey]>([])
    try await blobs.objects(untouchedSince: past) { keys in found.withLock { $0 += keys } }
    #expect(!found.withLock { $0 }.contains(object.key))
    try await blobs.put(Data([1]), key: BlobKey("reports/two"))
    try await blobs.objects(untouchedSince: future) { keys in found.withLock { $0 += keys } }
    #expect(found.withLock { $0 }.contains(object.key))
    #expect(!found.withLock { $0 }.contains(BlobKey("reports/two")), "not of an upload")
    try await blobs.remove(BlobKey("reports/two"))
    try await chunks.discard(upload: upload)
  }

  /// Many chunks of many files at once, at fixed and at free places: each keeps its own bytes.
  private func atTheSameTime() async throws {
    let upload = UploadID.make()
    let records = try await withThrowingTaskGroup(of: (ChunkRecord, Data).self) { group in
      for number in 0..<60 {
        group.addTask {
          let bytes = Data((0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* number) })
          let fixed =
            number % 3 == 0
            ? nil : ChunkSlot.Place(file: number % 3, offset: Int64(number / 3) * 5_000)
          let incoming = try await chunks.receive(
            Body(parts: [bytes]), limit: 8_000, slot: ChunkSlot(upload: upload, fixed: fixed),
            wantsMD5: false)
          if number % 7 == 6 {
            await chunks.drop(incoming)
            return (
              ChunkRecord(file: -1, index: number, size: 0, sha256: "", place: ""), Data()
            )
          }
          let place = try await chunks.keep(incoming)
          return (
            ChunkRecord(
              file: number % 3, index: number / 3, size: bytes.count,
              sha256: incoming.measured.sha256, place: place), bytes
          )
        }
      }
      return try await group.reduce(into: [(ChunkRecord, Data)]()) { $0.append($1) }
    }
    for (record, bytes) in records where record.file >= 0 {
      let object = try await chunks.assemble(
        [record], upload: upload, file: record.file, expecting: nil)
      #expect(try await blobs.get(object.key, limit: 9_000) == bytes)
    }
    try await chunks.discard(upload: upload)
  }
}
