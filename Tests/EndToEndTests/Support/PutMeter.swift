import Foundation
import Wire

/// Follows the requests of one HTTP/1.1 connection from the bytes that pass: what of them are bodies
/// of PUT requests, which is how chunks travel, or chunks of several small files in one body
/// (``Wire/ChunkBatch``), and whether one is still without its answer.
struct PutMeter {
  private enum Body { case other, chunk, batch }
  private var head: [UInt8] = []
  private var bodyLeft = 0
  private var body = Body.other
  /// Of a batch: the length of its list, and what of the list is still to come.
  private var prefix: [UInt8] = []
  private var listLeft: Int?
  /// Bytes of chunks that went together in batches, their lists not counted.
  private(set) var batched = 0
  /// Length of the chunk that was begun and not answered yet; 0 when none is on its way.
  private(set) var openLength = 0

  /// Bytes that the client sent; returns how many of them belong to a chunk.
  mutating func sent(_ bytes: ArraySlice<UInt8>) -> Int {
    var rest = bytes
    var counted = 0
    while !rest.isEmpty {
      if bodyLeft > 0 {
        let count = min(bodyLeft, rest.count)
        bodyLeft -= count
        if body == .chunk { counted += count }
        if body == .batch { batch(rest.prefix(count)) }
        rest = rest.dropFirst(count)
        continue
      }
      head.append(rest.removeFirst())
      guard head.suffix(4) == [13, 10, 13, 10] else { continue }
      begin(String(decoding: head, as: UTF8.self))
      head = []
    }
    return counted
  }

  private mutating func batch(_ bytes: ArraySlice<UInt8>) {
    var bytes = bytes
    while listLeft == nil, !bytes.isEmpty {
      prefix.append(bytes.removeFirst())
      listLeft = ChunkBatch.listLength(prefix)
    }
    let ofList = min(listLeft ?? 0, bytes.count)
    listLeft = listLeft.map { $0 - ofList }
    batched += bytes.count - ofList
  }

  /// The server said something: what was on its way is answered.
  mutating func answered() { openLength = 0 }

  private mutating func begin(_ head: String) {
    let lines = head.split(separator: "\r\n")
    let request = lines.first ?? ""
    body = .other
    if request.hasPrefix("PUT ") { body = .chunk }
    if request.hasPrefix("POST "), request.contains("/chunks ") { body = .batch }
    prefix = []
    listLeft = nil
    let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
      .flatMap { $0.split(separator: ":").last }.flatMap {
        Int($0.trimmingCharacters(in: .whitespaces))
      }
    bodyLeft = length ?? 0
    openLength = body == .other ? 0 : bodyLeft
  }
}
