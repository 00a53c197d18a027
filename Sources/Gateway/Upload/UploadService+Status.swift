import Domain
import Foundation
import Wire

extension UploadService {
  /// `GET /upload/{id}/status`: exactly the chunks and pieces that are durable, and what is missing.
  func status(_ upload: UploadRecord) async throws -> UploadStatusAnswer {
    guard upload.state != .cancelled,
      upload.state != .receiving || upload.expiresAt > configuration.now()
    else { throw GatewayProblem.noSession }
    let files = try await catalogue.files(of: upload.id)
    let pieces = try await unfinishedPieces(upload, files)
    let received = Dictionary(grouping: try await catalogue.chunks(of: upload.id), by: \.file)
    var answer: [String: UploadStatusAnswer.File] = [:]
    var bytes: Int64 = 0
    var count = 0
    var total = 0
    for file in files {
      let chunks = received[file.ordinal] ?? []
      let have = chunks.reduce(Int64(0)) { $0 + Int64($1.size) }
      let isComplete = upload.state.isClosed || have == file.expectedSize
      let begun = pieces[file.ordinal] ?? [:]
      answer[file.fileID] = .init(
        receivedChunks: chunks.map(\.index).sorted(), complete: isComplete,
        pieces: begun.isEmpty
          ? nil
          : Dictionary(
            begun.map { (String($0.key), $0.value.map { [$0.lowerBound, $0.count] }) },
            uniquingKeysWith: { first, _ in first }),
        missing: isComplete ? nil : Self.missing(upload, file, chunks, begun))
      bytes += have
      count += chunks.count
      if let size = file.expectedSize {
        total += Int((size + Int64(upload.chunkSize) - 1) / Int64(upload.chunkSize))
      }
    }
    return UploadStatusAnswer(
      uploadID: upload.id.rawValue,
      progressPercent: min(100, Double(bytes) * 100 / Double(max(1, upload.totalBytes))),
      uploadedBytes: bytes, totalBytes: upload.totalBytes, state: upload.state.relayPACSName,
      chunksReceived: count, chunksTotal: total, pacsStatus: upload.state.pacsStatus,
      files: answer)
  }

  /// What a file of a manifest lacks: `[offset, length]`, in order, nothing next to each other.
  private static func missing(
    _ upload: UploadRecord, _ file: FileRecord, _ chunks: [ChunkRecord],
    _ pieces: [Int: [Range<Int>]]
  ) -> [[Int64]]? {
    guard upload.hasManifest, let size = file.expectedSize else { return nil }
    let step = Int64(upload.chunkSize)
    var here = chunks.map { chunk in
      let start = Int64(chunk.index) * step
      return start..<start + Int64(chunk.size)
    }
    for (chunk, ranges) in pieces {
      let start = Int64(chunk) * step
      here += ranges.map { start + Int64($0.lowerBound)..<start + Int64($0.upperBound) }
    }
    var missing: [[Int64]] = []
    var end: Int64 = 0
    for range in here.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > end { missing.append([end, range.lowerBound - end]) }
      end = max(end, range.upperBound)
    }
    if end < size { missing.append([end, size - end]) }
    return missing
  }
}
