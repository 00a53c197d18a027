import Foundation
import NIOCore

/// A body in slices, whatever parts it is made of; each waits for its turn.
struct Slices: AsyncSequence, Sendable {
  typealias Element = ByteBuffer

  let parts: [Data]
  let size: Int
  let pace: (@Sendable (Int) async throws -> Void)?

  struct AsyncIterator: AsyncIteratorProtocol {
    let slices: Slices
    /// What is left.
    var parts: ArraySlice<Data>

    mutating func next() async throws -> ByteBuffer? {
      var room = slices.size
      var taken: [Data] = []
      while room > 0, let part = parts.first {
        let piece = part.prefix(room)
        if piece.count < part.count {
          parts[parts.startIndex] = part.dropFirst(piece.count)
        } else {
          parts.removeFirst()
        }
        room -= piece.count
        taken.append(piece)
      }
      let count = slices.size - room
      guard count > 0 else { return nil }
      if let pace = slices.pace { try await pace(count) }
      var buffer = ByteBuffer()
      buffer.reserveCapacity(count)
      for piece in taken { buffer.writeBytes(piece) }
      return buffer
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(slices: self, parts: parts[...]) }
}
