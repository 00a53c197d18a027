import Foundation
import NIOCore

/// A body in slices; each waits for its turn.
struct Slices: AsyncSequence, Sendable {
  typealias Element = ByteBuffer

  let bytes: Data
  let size: Int
  let pace: (@Sendable (Int) async throws -> Void)?

  struct AsyncIterator: AsyncIteratorProtocol {
    let slices: Slices
    var place: Data.Index

    mutating func next() async throws -> ByteBuffer? {
      guard place < slices.bytes.endIndex else { return nil }
      let end = Swift.min(place + slices.size, slices.bytes.endIndex)
      if let pace = slices.pace { try await pace(end - place) }
      let part = slices.bytes[place..<end]
      var buffer = ByteBuffer()
      buffer.reserveCapacity(part.count)
      buffer.writeBytes(part)
      place = end
      return buffer
    }
  }

  func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(slices: self, place: bytes.startIndex)
  }
}
