import Foundation

/// Follows the requests of one HTTP/1.1 connection from the bytes that pass: what of them are bodies
/// of PUT requests, which is how chunks travel, and whether one is still without its answer.
struct PutMeter {
  private var head: [UInt8] = []
  private var bodyLeft = 0
  private var isPut = false
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
        if isPut { counted += count }
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

  /// The server said something: what was on its way is answered.
  mutating func answered() { openLength = 0 }

  private mutating func begin(_ head: String) {
    let lines = head.split(separator: "\r\n")
    isPut = lines.first?.hasPrefix("PUT ") ?? false
    let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
      .flatMap { $0.split(separator: ":").last }.flatMap {
        Int($0.trimmingCharacters(in: .whitespaces))
      }
    bodyLeft = length ?? 0
    openLength = isPut ? bodyLeft : 0
  }
}
