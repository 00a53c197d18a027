import Crypto
public import Domain
public import Foundation
public import Gateway
public import NIOCore
import NIOPosix

/// Chunks that come together, and reading what was kept.
extension FileStore {
  public func receive(_ parts: [ByteBuffer], upload: UploadID) async throws -> IncomingBatch {
    let token = OpenChunks.randomName()
    let open = open
    let room = parts.reduce(0) { $0 + $1.readableBytes }
    do {
      return try await threads.runIfActive {
        let pending = try open.begin(token, upload, whole: nil, room: room)
        var offset = pending.offset
        for part in parts {
          try part.withUnsafeReadableBytes { try pending.container.write($0, at: offset) }
          offset += Int64(part.readableBytes)
        }
        return IncomingBatch(sizes: parts.map(\.readableBytes), token: token)
      }
    } catch {
      open.end(token, size: 0)
      throw error
    }
  }

  public func keep(_ batch: IncomingBatch) async throws -> [String] {
    guard let pending = open.pending(batch.token) else {
      throw StorageError.failed("chunks that were given up are to be kept")
    }
    try await pending.container.sync()
    var offset = pending.offset
    let places = batch.sizes.map { size in
      defer { offset += Int64(size) }
      return ChunkPlace(file: pending.container.name, offset: offset).text
    }
    open.end(batch.token, size: Int(offset - pending.offset))
    return places
  }

  public func drop(_ batch: IncomingBatch) async { open.end(batch.token, size: 0) }

  public func read(_ chunk: ChunkRecord, upload: UploadID) async throws -> Data {
    let folder = open.folder(upload)
    return try await threads.runIfActive {
      guard let place = ChunkPlace(chunk.place) else {
        throw StorageError.damaged(chunk: chunk.index)
      }
      var data = Data(capacity: chunk.size)
      var digest = SHA256()
      try ChunkReader.read(folder.appendingPathComponent(place.file), chunk, from: place.offset) {
        data.append(contentsOf: $0)
        digest.update(bufferPointer: $0)
      }
      guard hexadecimal(digest.finalize()) == chunk.sha256 else {
        throw StorageError.damaged(chunk: chunk.index)
      }
      return data
    }
  }
}
