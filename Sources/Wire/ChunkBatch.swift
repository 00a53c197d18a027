public import Foundation

/// Body of `POST /upload/{id}/chunks` (capability `batch`): 4 bytes with the length of a JSON array
/// of ``Entry``, big-endian, the array, and then the bytes of each one after the other.
public struct ChunkBatch: Sendable, Equatable {
  public static let contentType = "application/vnd.radrelay.chunks"
  /// Bytes of the length before the list.
  public static let prefixBytes = 4

  /// One chunk of the body.
  public struct Entry: Codable, Sendable, Equatable {
    public var fileID: String
    public var chunkIndex: Int
    public var byteCount: Int
    /// SHA-256 of its bytes, lower-case hexadecimal.
    public var sha256: String

    public init(fileID: String, chunkIndex: Int, byteCount: Int, sha256: String) {
      self.fileID = fileID
      self.chunkIndex = chunkIndex
      self.byteCount = byteCount
      self.sha256 = sha256
    }

    private enum CodingKeys: String, CodingKey {
      case fileID = "file_id"
      case chunkIndex = "chunk_index"
      case byteCount = "byte_count"
      case sha256
    }
  }

  /// What stands before the bytes of the chunks: the length and the list.
  public static func head(_ entries: [Entry]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let list = try encoder.encode(entries)
    guard let length = UInt32(exactly: list.count) else {
      throw EncodingError.invalidValue(
        entries.count,
        .init(codingPath: [], debugDescription: "the list of chunks is longer than 4 GB"))
    }
    var head = Data(capacity: prefixBytes + list.count)
    for shift in [24, 16, 8, 0] { head.append(UInt8(truncatingIfNeeded: length >> shift)) }
    head.append(list)
    return head
  }

  /// The length of the list that follows.
  /// - Returns: nil for less than ``prefixBytes`` bytes.
  public static func listLength(_ prefix: some Sequence<UInt8>) -> Int? {
    var length = 0
    var count = 0
    for byte in prefix.prefix(prefixBytes) {
      length = length << 8 | Int(byte)
      count += 1
    }
    return count == prefixBytes ? length : nil
  }
}

/// Answer of `POST /upload/{id}/chunks`: one entry for each chunk, in the order of the body.
public struct ChunkBatchAnswer: Codable, Sendable, Equatable {
  public struct Chunk: Codable, Sendable, Equatable {
    public var fileID: String
    public var chunkIndex: Int
    public var receivedBytes: Int
    /// `received`, `exists` or `refused`; an unknown word is to be taken as refused.
    public var status: String
    /// SHA-256 of the bytes that came.
    public var sha256: String
    /// Why it was refused.
    public var detail: String?

    public init(
      fileID: String, chunkIndex: Int, receivedBytes: Int, status: String, sha256: String,
      detail: String? = nil
    ) {
      self.fileID = fileID
      self.chunkIndex = chunkIndex
      self.receivedBytes = receivedBytes
      self.status = status
      self.sha256 = sha256
      self.detail = detail
    }

    private enum CodingKeys: String, CodingKey {
      case fileID = "file_id"
      case chunkIndex = "chunk_index"
      case receivedBytes = "received_bytes"
      case status, sha256, detail
    }
  }

  public var chunks: [Chunk]

  public init(chunks: [Chunk]) { self.chunks = chunks }
}
