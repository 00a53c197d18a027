import Crypto
public import Domain
public import Foundation
public import Gateway
public import NIOCore
public import NIOPosix

/// Chunks and objects as files below the data directory. Blocking calls are made on threads of
/// their own. Names come from ids and digests that the gateway made.
public struct FileStore: ChunkStore, BlobStore {
  private let directory: DataDirectory
  private let threads: NIOThreadPool
  private let now: @Sendable () -> Date

  public init(
    _ directory: DataDirectory, threads: NIOThreadPool = .singleton,
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.directory = directory
    self.threads = threads
    self.now = now
  }

  // MARK: Chunks

  public func receive(
    _ body: some AsyncSequence<ByteBuffer, any Error> & Sendable, limit: Int
  ) async throws -> IncomingChunk {
    let writer = try ChunkWriter(in: directory.temporary)
    do {
      var waiting = ByteBuffer()
      var size = 0
      for try await buffer in body {
        size += buffer.readableBytes
        guard size <= limit else { throw StorageError.tooLarge(limit: limit) }
        waiting.writeImmutableBuffer(buffer)
        // Fewer, larger hops to the writing threads.
        if waiting.readableBytes >= 1 << 18 {
          let part = waiting
          waiting = ByteBuffer()
          try await threads.runIfActive { try writer.write(part) }
        }
      }
      let rest = waiting
      return try await threads.runIfActive {
        try writer.write(rest)
        return try writer.finish()
      }
    } catch {
      writer.discard()
      throw error
    }
  }

  public func keep(_ chunk: IncomingChunk, upload: UploadID, file: Int, index: Int) async throws {
    let folder = folder(upload, file)
    let target = folder.appendingPathComponent(name(index, chunk.measured.sha256))
    let source = directory.temporary.appendingPathComponent(chunk.token)
    try await threads.runIfActive {
      try Disk.makeFolder(folder)
      try Disk.move(source, to: target)
    }
  }

  public func drop(_ chunk: IncomingChunk) async {
    unlink(directory.temporary.appendingPathComponent(chunk.token).path)
  }

  public func assemble(_ chunks: [ChunkRecord], upload: UploadID, file: Int) async throws
    -> (key: BlobKey, size: Int64, sha256: String)
  {
    let folder = folder(upload, file)
    let sources = chunks.map { folder.appendingPathComponent(name($0.index, $0.sha256)) }
    let temporary = directory.temporary
    let objects = directory.objects
    let day = WirePath.day(now())
    return try await threads.runIfActive {
      let writer = try ChunkWriter(in: temporary)
      do {
        for (source, chunk) in zip(sources, chunks) {
          try writer.append(contentsOf: source, expecting: chunk)
        }
        let whole = try writer.finish()
        let key = BlobKey("\(day)/upload-\(upload.rawValue)/\(whole.measured.sha256)")
        let target = objects.appendingPathComponent(key.rawValue)
        try Disk.makeFolder(target.deletingLastPathComponent())
        try Disk.move(writer.url, to: target)
        return (key, Int64(whole.measured.size), whole.measured.sha256)
      } catch {
        writer.discard()
        throw error
      }
    }
  }

  public func discard(upload: UploadID) async throws {
    let folder = directory.chunks.appendingPathComponent(upload.rawValue)
    try await threads.runIfActive {
      guard FileManager.default.fileExists(atPath: folder.path) else { return }
      try FileManager.default.removeItem(at: folder)
    }
  }

  // MARK: Objects

  public func file(_ key: BlobKey) async throws -> URL {
    directory.objects.appendingPathComponent(key.rawValue)
  }

  public func put(_ data: Data, key: BlobKey) async throws {
    let target = directory.objects.appendingPathComponent(key.rawValue)
    let temporary = directory.temporary
    try await threads.runIfActive {
      try Disk.makeFolder(target.deletingLastPathComponent())
      try Disk.write(data, to: target, through: temporary)
    }
  }

  public func get(_ key: BlobKey, limit: Int) async throws -> Data {
    let url = directory.objects.appendingPathComponent(key.rawValue)
    return try await threads.runIfActive {
      guard let handle = FileHandle(forReadingAtPath: url.path) else {
        throw StorageError.failed("an object is missing")
      }
      defer { try? handle.close() }
      let data = try handle.read(upToCount: limit + 1) ?? Data()
      guard data.count <= limit else { throw StorageError.tooLarge(limit: limit) }
      return data
    }
  }

  public func remove(_ key: BlobKey) async throws {
    let url = directory.objects.appendingPathComponent(key.rawValue)
    try await threads.runIfActive {
      guard unlink(url.path) == 0 || errno == ENOENT else { throw Disk.error("remove an object") }
      // The folder of the upload goes with its last object; rmdir refuses when others are left.
      rmdir(url.deletingLastPathComponent().path)
    }
  }

  public func freeBytes() async throws -> Int64 {
    let root = directory.root
    return try await threads.runIfActive { try Disk.freeBytes(at: root) }
  }

  private func folder(_ upload: UploadID, _ file: Int) -> URL {
    directory.chunks.appendingPathComponent(upload.rawValue).appendingPathComponent(String(file))
  }

  private func name(_ index: Int, _ sha256: String) -> String { "\(index)-\(sha256)" }
}

/// Folders by day, so that none grows without bound.
enum WirePath {
  /// `YYYY/MM/DD` in UTC.
  static func day(_ date: Date) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let parts = calendar.dateComponents([.year, .month, .day], from: date)
    func pad(_ value: Int?, _ width: Int) -> String {
      let text = String(value ?? 0)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    return "\(pad(parts.year, 4))/\(pad(parts.month, 2))/\(pad(parts.day, 2))"
  }
}
