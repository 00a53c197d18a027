import Crypto
public import Domain
public import Foundation
public import Gateway
import NIOCore
import NIOPosix

/// Chunks that come together, and reading what was kept.
extension FileStore {
  public func receive(_ parts: [ChunkPart], upload: UploadID) async throws -> IncomingBatch {
    let open = open
    let (own, together) = (
      parts.indices.filter { parts[$0].fixed != nil },
      parts.indices.filter { parts[$0].fixed == nil }
    )
    let runs = (own.map { [$0] } + (together.isEmpty ? [] : [together])).map {
      IncomingBatch.Run(token: OpenChunks.randomName(), parts: $0)
    }
    do {
      try await threads.runIfActive {
        for run in runs {
          let whole = run.parts.first.flatMap { parts[$0].fixed }.map {
            ChunkPlace(file: ChunkPlace.whole($0.file), offset: $0.offset)
          }
          let room = run.parts.reduce(0) { $0 + parts[$1].bytes.readableBytes }
          let pending = try open.begin(run.token, upload, whole: whole, room: room)
          var offset = pending.offset
          for part in run.parts.map({ parts[$0].bytes }) {
            try part.withUnsafeReadableBytes { try pending.container.write($0, at: offset) }
            offset += Int64(part.readableBytes)
          }
        }
      }
      return IncomingBatch(
        parts: parts.map { MeasuredBytes(size: $0.bytes.readableBytes, sha256: $0.sha256) },
        runs: runs)
    } catch {
      for run in runs { open.end(run.token, size: 0) }
      throw error
    }
  }

  public func keep(_ batch: IncomingBatch) async throws -> [String] {
    let pending = batch.runs.compactMap { open.pending($0.token) }
    guard pending.count == batch.runs.count else {
      throw StorageError.failed("chunks that were given up are to be kept")
    }
    // The disk takes files that are flushed at the same time together.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for container in pending.map(\.container) { group.addTask { try await container.sync() } }
      try await group.waitForAll()
    }
    var places = batch.parts.map { _ in "" }
    for (run, pending) in zip(batch.runs, pending) {
      var offset = pending.offset
      for part in run.parts {
        places[part] = ChunkPlace(file: pending.container.name, offset: offset).text
        offset += Int64(batch.parts[part].size)
      }
      if run.parts.count == 1 { open.keep(batch.parts[run.parts[0]], of: pending) }
      open.end(run.token, size: Int(offset - pending.offset))
    }
    return places
  }

  public func drop(_ batch: IncomingBatch) async {
    for run in batch.runs { open.end(run.token, size: 0) }
  }

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
