import Domain
import Wire

/// What goes into one task: a chunk, or files of one chunk each that travel together.
struct Parcel: Sendable {
  struct Chunk: Sendable {
    var file: UploadFile
    var index: Int
    var length: Int
    /// Pieces that the gateway has.
    var held: [ByteSpan]
  }
  var chunks: [Chunk]
  var bytes: Int { chunks.reduce(0) { $0 + $1.length } }
}

/// Cuts a plan into parcels, as large as the line is good for at the time.
struct Parcels {
  /// Files up to this size may travel together; on a fast line, up to the other one.
  static let smallFile = 262_144
  static let largeFile = 1 << 20

  /// Bytes of parcels under way at most, for the sake of this machine's memory.
  static let memory = 6 << 20

  private let operations: [UploadOperation]
  private let layout: ChunkLayout
  private let files: [String: UploadFile]
  private var place = 0

  init(_ operations: [UploadOperation], _ layout: ChunkLayout, _ files: [String: UploadFile]) {
    self.operations = operations
    self.layout = layout
    self.files = files
  }

  /// The next parcel; nil at the end.
  mutating func next(_ kind: GatewayKind, _ plan: LineKeeper.Plan) -> Parcel? {
    guard let first = chunk() else { return nil }
    var parcel = Parcel(chunks: [first])
    place += 1
    let (limit, most) = Self.bounds(plan)
    guard let batch = kind.batch, isSmall(first, limit) else { return parcel }
    let room = min(batch.bytes, max(plan.requestBytes, 32_768), most)
    var bytes = first.length
    while parcel.chunks.count < batch.chunks, let more = chunk(), isSmall(more, limit),
      bytes + more.length <= room
    {
      parcel.chunks.append(more)
      bytes += more.length
      place += 1
    }
    return parcel
  }

  /// Bytes of a file that may travel with others, and of all that go together. On a line that takes
  /// a mebibyte in an eighth of a second, which a STAT study may wait, larger files do, and more of
  /// them: both ends wait for their disks less often.
  private static func bounds(_ plan: LineKeeper.Plan) -> (file: Int, parcel: Int) {
    let quick = plan.isLossy ? 0 : Int((plan.rate ?? 0) / 8)
    return quick < 1 << 20 ? (smallFile, 1 << 20) : (largeFile, min(quick, 3 << 19))
  }

  private func isSmall(_ chunk: Parcel.Chunk, _ limit: Int) -> Bool {
    chunk.length <= limit && chunk.held.isEmpty
      && layout.count(ofBytes: chunk.file.byteCount) == 1
  }

  /// The chunk of the operation at the present place; operations that are none are passed over.
  private mutating func chunk() -> Parcel.Chunk? {
    while place < operations.count {
      if case .send(let id, let index, _, let length, let held) = operations[place],
        let file = files[id]
      {
        return Parcel.Chunk(file: file, index: index, length: length, held: held)
      }
      place += 1
    }
    return nil
  }
}
