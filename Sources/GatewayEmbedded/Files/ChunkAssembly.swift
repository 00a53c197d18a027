import Crypto
import Foundation
import Gateway

/// Makes one whole file of chunks that lie in the folder of their upload. Blocks on the disk.
struct ChunkAssembly {
  let folder: URL
  let temporary: URL
  let chunks: [ChunkRecord]
  /// The number of the file in the upload.
  let file: Int
  /// The digest that the whole is said to have.
  var expected: String?
  /// The only chunk was measured as it came in, and nobody wrote there since.
  var isMeasured = false

  /// A file with its digest, under a name that is to be renamed or removed.
  struct Whole {
    var url: URL
    var size: Int64
    var sha256: String
  }

  /// Of a whole that has the expected digest every chunk is right; else each is compared.
  /// - Throws: ``Gateway/StorageError/damaged(chunk:)`` for a chunk that is not what was
  ///   acknowledged.
  func make() throws -> Whole {
    if let expected, chunks.count > 1 {
      let whole = try make(comparing: false)
      if whole.sha256 == expected { return whole }
      unlink(whole.url.path)
    }
    return try make(comparing: true)
  }

  private func make(comparing: Bool) throws -> Whole {
    try asItLies(comparing: comparing) ?? joined(comparing: comparing)
  }

  /// Chunks that lie as they lie in the whole need no copy: their file gets a second name.
  private func asItLies(comparing: Bool) throws -> Whole? {
    // Its own file, or a second name of an object that has the very bytes.
    let first = chunks.first.flatMap { ChunkPlace($0.place) }
    let name = first?.isObject == true ? first?.file ?? "" : ChunkPlace.whole(file)
    var size: Int64 = 0
    for chunk in chunks {
      guard ChunkPlace(chunk.place) == ChunkPlace(file: name, offset: size) else { return nil }
      size += Int64(chunk.size)
    }
    let source = folder.appendingPathComponent(name)
    let attributes = try? FileManager.default.attributesOfItem(atPath: source.path)
    // A longer one would need a cut; a shorter one is told by its missing chunk.
    guard (attributes?[.size] as? NSNumber)?.int64Value == size else { return nil }
    var digest = SHA256()
    for chunk in chunks where !isMeasured {
      try take(chunk, of: source, from: nil, into: &digest, comparing: comparing) { _ in }
    }
    let target = temporary.appendingPathComponent(OpenChunks.randomName())
    guard link(source.path, target.path) == 0 else { return nil }
    let sha256 = isMeasured ? chunks[0].sha256 : hexadecimal(digest.finalize())
    return Whole(url: target, size: size, sha256: sha256)
  }

  /// Reads a chunk into the digest of the whole.
  private func take(
    _ chunk: ChunkRecord, of source: URL, from offset: Int64?, into whole: inout SHA256,
    comparing: Bool, _ each: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    // The only chunk is the whole.
    let isAlone = chunks.count == 1
    var own = SHA256()
    try ChunkReader.read(source, chunk, from: offset) { bytes in
      whole.update(bufferPointer: bytes)
      if comparing, !isAlone { own.update(bufferPointer: bytes) }
      try each(bytes)
    }
    guard comparing else { return }
    guard hexadecimal((isAlone ? whole : own).finalize()) == chunk.sha256 else {
      throw StorageError.damaged(chunk: chunk.index)
    }
  }

  private func joined(comparing: Bool) throws -> Whole {
    let output = try OutputFile(in: temporary)
    do {
      var digest = SHA256()
      var size: Int64 = 0
      for chunk in chunks {
        let place = ChunkPlace(chunk.place)
        // Sessions of versions before the first release have a file for each chunk.
        let name = place?.file ?? "\(file)/\(chunk.index)-\(chunk.sha256)"
        try take(
          chunk, of: folder.appendingPathComponent(name), from: place?.offset ?? 0, into: &digest,
          comparing: comparing
        ) { try output.write($0) }
        size += Int64(chunk.size)
      }
      try output.finish()
      return Whole(url: output.url, size: size, sha256: hexadecimal(digest.finalize()))
    } catch {
      output.discard()
      throw error
    }
  }
}

/// Reads one chunk out of a file.
enum ChunkReader {
  /// - Parameter offset: nil takes the one of the chunk's place.
  /// - Throws: ``Gateway/StorageError/damaged(chunk:)`` when the file ends before the chunk does.
  static func read(
    _ url: URL, _ chunk: ChunkRecord, from offset: Int64? = nil,
    _ take: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let handle = open(url.path, O_RDONLY | O_CLOEXEC)
    guard handle >= 0 else { throw StorageError.damaged(chunk: chunk.index) }
    defer { close(handle) }
    let start = offset ?? ChunkPlace(chunk.place)?.offset ?? 0
    var done = 0
    try withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { buffer in
      while done < chunk.size {
        let wanted = min(buffer.count, chunk.size - done)
        let count = pread(handle, buffer.baseAddress, wanted, off_t(start) + off_t(done))
        if count < 0 {
          if errno == EINTR { continue }
          throw Disk.error("read a chunk")
        }
        guard count > 0 else { throw StorageError.damaged(chunk: chunk.index) }
        try take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        done += count
      }
    }
  }
}
