import Crypto
public import Domain
public import Foundation
public import Gateway
public import NIOCore
public import NIOPosix

/// Chunks and objects as files below the data directory. Blocking calls are made on threads of
/// their own. Names come from ids and digests that the gateway made.
///
/// Chunks whose place in their file is known are written there: the file is whole with the last of
/// them. Others go one after the other into a file of their upload. What arrives at the same time
/// is put on the disk together.
public struct FileStore: ChunkStore, BlobStore {
  let directory: DataDirectory
  let threads: NIOThreadPool
  private let now: @Sendable () -> Date
  let open: OpenChunks
  private let objectFolders: FolderFlushes
  /// Files are joined on threads of their own: they wait for the disk one by one, and chunks of
  /// other uploads do not wait for them.
  private static let joining: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: 8)
    pool.start()
    return pool
  }()

  public init(
    _ directory: DataDirectory, threads: NIOThreadPool = .singleton,
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.directory = directory
    self.threads = threads
    self.now = now
    open = OpenChunks(root: directory.chunks)
    objectFolders = FolderFlushes()
  }

  // MARK: Chunks

  public func receive(
    _ body: some AsyncSequence<ByteBuffer, any Error> & Sendable, limit: Int, slot: ChunkSlot,
    wantsMD5: Bool
  ) async throws -> IncomingChunk {
    let whole = slot.fixed.map {
      ChunkPlace(file: ChunkPlace.whole($0.file), offset: $0.offset)
    }
    let token = OpenChunks.randomName()
    let open = open
    // Begun by the first bytes, on the thread that writes them.
    let writer = ChunkWriter(wantsMD5: wantsMD5) {
      let pending = try open.begin(token, slot.upload, whole: whole, room: limit)
      return (pending.container, pending.offset)
    }
    do {
      return IncomingChunk(measured: try await pump(body, limit: limit, writer), token: token)
    } catch {
      open.end(token, size: 0)
      throw error
    }
  }

  public func measure(
    _ body: some AsyncSequence<ByteBuffer, any Error> & Sendable, limit: Int, wantsMD5: Bool
  ) async throws -> MeasuredBytes {
    try await pump(body, limit: limit, ChunkWriter(wantsMD5: wantsMD5))
  }

  private func pump(
    _ body: some AsyncSequence<ByteBuffer, any Error> & Sendable, limit: Int,
    _ writer: ChunkWriter
  ) async throws -> MeasuredBytes {
    // Fewer, larger hops to the writing threads; what comes is not copied together.
    var waiting: [ByteBuffer] = []
    var waitingBytes = 0
    var size = 0
    for try await buffer in body {
      size += buffer.readableBytes
      guard size <= limit else { throw StorageError.tooLarge(limit: limit) }
      waiting.append(buffer)
      waitingBytes += buffer.readableBytes
      if waitingBytes >= 1 << 18 {
        let part = waiting
        (waiting, waitingBytes) = ([], 0)
        try await threads.runIfActive { for buffer in part { try writer.write(buffer) } }
      }
    }
    let rest = waiting
    return try await threads.runIfActive {
      for buffer in rest { try writer.write(buffer) }
      return writer.finish()
    }
  }

  public func keep(_ chunk: IncomingChunk) async throws -> String {
    guard let pending = open.pending(chunk.token) else {
      throw StorageError.failed("a chunk that was given up is to be kept")
    }
    try await pending.container.sync()
    open.keep(chunk.measured, of: pending)
    open.end(chunk.token, size: chunk.measured.size)
    return ChunkPlace(file: pending.container.name, offset: pending.offset).text
  }

  public func drop(_ chunk: IncomingChunk) async { open.end(chunk.token, size: 0) }

  public func assemble(
    _ chunks: [ChunkRecord], upload: UploadID, file: Int, expecting digest: String?
  ) async throws -> (key: BlobKey, size: Int64, sha256: String) {
    let assembly = ChunkAssembly(
      folder: open.folder(upload), temporary: directory.temporary, chunks: chunks, file: file,
      expected: digest, isMeasured: chunks.count == 1 && open.hasKept(chunks[0], of: upload))
    let objects = directory.objects
    let day = WirePath.day(now())
    let (key, folder, isNew, whole) = try await Self.joining.runIfActive {
      let whole = try assembly.make()
      let key = BlobKey("\(day)/upload-\(upload.rawValue)/\(whole.sha256)")
      let target = objects.appendingPathComponent(key.rawValue)
      let folder = target.deletingLastPathComponent()
      // A second name of the same file is left by rename where the first is its target.
      defer { unlink(whole.url.path) }
      let isNew = try Disk.makeFolder(folder)
      guard rename(whole.url.path, target.path) == 0 else { throw Disk.error("name an object") }
      return (key, folder, isNew, whole)
    }
    try await objectFolders.flush(folder, upTo: objects, isNew: isNew)
    return (key, whole.size, whole.sha256)
  }

  public func discard(upload: UploadID) async throws {
    let folder = open.folder(upload)
    open.forget(upload)
    try await threads.runIfActive {
      var tries = 0
      while FileManager.default.fileExists(atPath: folder.path) {
        tries += 1
        do { try FileManager.default.removeItem(at: folder) } catch {
          // A late copy of a piece may be written there meanwhile: the folder is not empty then.
          if tries == 5 { throw error }
        }
      }
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
