/// A run of bytes of a chunk.
public struct ByteSpan: Sendable, Equatable, Hashable {
  public var offset: Int
  /// More than 0.
  public var length: Int

  public init(offset: Int, length: Int) {
    self.offset = offset
    self.length = length
  }

  public var end: Int { offset + length }

  /// What is missing of a chunk, cut into pieces.
  /// - Parameters:
  ///   - total: bytes of the chunk.
  ///   - held: what is there, in any order; what lies outside of the chunk counts for nothing.
  ///   - size: bytes of a piece at most.
  ///   - minimum: bytes of a piece at least, where the gap has as many; a shorter rest goes with the
  ///     piece before it.
  public static func missing(of total: Int, held: [ByteSpan], size: Int, minimum: Int = 1)
    -> [ByteSpan]
  {
    var pieces: [ByteSpan] = []
    var place = 0
    func cut(to end: Int) {
      while place < end {
        let rest = end - place
        let length = rest < max(1, size) + minimum ? rest : max(1, size)
        pieces.append(ByteSpan(offset: place, length: length))
        place += length
      }
    }
    for span in held.sorted(by: { ($0.offset, $0.length) < ($1.offset, $1.length) })
    where span.offset >= 0 && span.length > 0 && span.end <= total {
      if span.offset > place { cut(to: span.offset) }
      place = max(place, span.end)
    }
    cut(to: total)
    return pieces
  }
}
