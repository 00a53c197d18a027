public import Wire

/// What this workstation knows of one upload: the input of the planner.
public struct LocalUpload: Sendable, Equatable {
  public struct File: Sendable, Equatable {
    public var id: String
    public var byteCount: Int64
    /// Chunks that the gateway acknowledged in the present session.
    public var acknowledged: Set<Int>

    public init(id: String, byteCount: Int64, acknowledged: Set<Int> = []) {
      self.id = id
      self.byteCount = byteCount
      self.acknowledged = acknowledged
    }
  }

  public var files: [File]
  /// How the present session cuts files; nil without a session.
  public var layout: ChunkLayout?

  public init(files: [File], layout: ChunkLayout?) {
    self.files = files
    self.layout = layout
  }
}

/// What the gateway says of the session.
public enum RemoteUpload: Sendable, Equatable {
  /// Not asked since the last doubt.
  case unknown
  /// It has no such session.
  case gone
  /// Chunks by file id, the pieces of chunks that are not whole, and the bytes of them all.
  case receiving(
    chunks: [String: Set<Int>], pieces: [String: [Int: [ByteSpan]]] = [:], bytes: Int64)
  /// It put the study together (or refused to) and takes no more chunks; its proof tells.
  case closed

  /// The view that an answer gives.
  /// - Parameter hasProof: a gateway without `proof` says nothing reliable in `state`.
  public init(_ answer: UploadStatusAnswer, hasProof: Bool) {
    if hasProof, answer.state != "uploading", answer.state != "pending" {
      self = .closed
      return
    }
    self = .receiving(
      chunks: answer.files.mapValues { Set($0.receivedChunks) },
      pieces: answer.files.compactMapValues { Self.pieces($0.pieces) },
      bytes: answer.uploadedBytes)
  }
}

extension RemoteUpload {
  /// Pieces as the gateway lists them; what makes no sense is left out, and sent again.
  fileprivate static func pieces(_ listed: [String: [[Int]]]?) -> [Int: [ByteSpan]]? {
    guard let listed, !listed.isEmpty else { return nil }
    var pieces: [Int: [ByteSpan]] = [:]
    for (name, spans) in listed {
      guard let index = Int(name), index >= 0 else { continue }
      pieces[index] = spans.compactMap { pair in
        guard pair.count == 2, pair[0] >= 0, pair[1] > 0, pair[0] <= 1 << 40, pair[1] <= 1 << 40
        else { return nil }
        return ByteSpan(offset: pair[0], length: pair[1])
      }
    }
    return pieces
  }
}

/// One step towards a study that is wholly at the gateway.
public enum UploadOperation: Sendable, Equatable {
  /// A file without bytes cannot be sent: a person must look.
  case refuse(file: String)
  /// Open a session (or the same one again, by its client id).
  case initialise
  /// Ask before doing anything else.
  case askStatus
  /// The session holds what we never put there, or other bytes: it must not be completed.
  case abandonSession(reason: String)
  /// The gateway does not have what it acknowledged.
  case forget(file: String, chunks: Set<Int>)
  /// The gateway has it although its answer was lost.
  case acknowledge(file: String, chunks: Set<Int>)
  /// - Parameter held: pieces of the chunk that the gateway has; only the rest is to be sent.
  case send(file: String, index: Int, offset: Int64, length: Int, held: [ByteSpan] = [])
  /// Every chunk of every file is listed, and the bytes add up.
  case complete
  /// Nothing is to be sent; the gateway must say what became of each instance.
  case askProof
}

/// Decides what to send. Pure: the same knowledge gives the same operations, in file order.
///
/// What the gateway lists is the truth about what it has; what was acknowledged here is only a
/// memory of it. `complete` appears only when the gateway lists exactly the chunks of exactly our
/// files and its byte sum is ours.
public func plan(local: LocalUpload, remote: RemoteUpload) -> [UploadOperation] {
  let empty = local.files.filter { $0.byteCount <= 0 }
  guard empty.isEmpty else { return empty.map { .refuse(file: $0.id) } }
  guard let layout = local.layout else { return [.initialise] }
  switch remote {
  case .gone: return [.initialise]
  case .unknown: return [.askStatus]
  case .closed: return [.askProof]
  case .receiving(let chunks, let pieces, let bytes):
    return compare(local.files, layout: layout, chunks: chunks, pieces: pieces, bytes: bytes)
  }
}

private func compare(
  _ files: [LocalUpload.File], layout: ChunkLayout, chunks: [String: Set<Int>],
  pieces: [String: [Int: [ByteSpan]]], bytes: Int64
) -> [UploadOperation] {
  let known = Set(files.map(\.id))
  for (id, listed) in chunks where !known.contains(id) && !listed.isEmpty {
    return [.abandonSession(reason: "the gateway lists a file that was never sent to it")]
  }
  var corrections: [UploadOperation] = []
  var sends: [UploadOperation] = []
  var total: Int64 = 0
  for file in files {
    let count = layout.count(ofBytes: file.byteCount)
    let listed = chunks[file.id] ?? []
    guard listed.allSatisfy({ $0 >= 0 && $0 < count }) else {
      return [.abandonSession(reason: "the gateway lists a chunk that was never sent to it")]
    }
    total += file.byteCount
    let lost = file.acknowledged.subtracting(listed)
    if !lost.isEmpty { corrections.append(.forget(file: file.id, chunks: lost)) }
    let unheard = listed.subtracting(file.acknowledged)
    if !unheard.isEmpty { corrections.append(.acknowledge(file: file.id, chunks: unheard)) }
    for index in 0..<count where !listed.contains(index) {
      sends.append(
        .send(
          file: file.id, index: index, offset: layout.offset(of: index),
          length: layout.length(of: index, ofBytes: file.byteCount),
          held: pieces[file.id]?[index] ?? []))
    }
  }
  if sends.isEmpty {
    guard bytes == total else {
      return [
        .abandonSession(
          reason: "the gateway counts \(bytes) bytes where \(total) were sent")
      ]
    }
    return corrections + [.complete]
  }
  return corrections + sends
}
