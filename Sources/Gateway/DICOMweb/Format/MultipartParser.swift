import Foundation
public import NIOCore

/// Takes a multipart body apart as its bytes arrive (RFC 2046 section 5.1), holding back no more
/// than a delimiter or a part's headers.
public struct MultipartParser {
  public enum Event: Equatable, Sendable {
    /// A part begins; names in lower case.
    case part(headers: [String: String])
    case bytes(ByteBuffer)
    case partEnd
  }

  private enum State { case preamble, delimiter, headers, body, epilogue }

  private let delimiter: [UInt8]
  private var state = State.preamble
  private var pending: [UInt8]
  private let maximumHeaderBytes: Int
  private var partsLeft: Int

  /// - Parameter maximumParts: more are an error.
  /// - Returns: nil when the boundary is empty or longer than RFC 2046 allows (70).
  public init?(boundary: String, maximumParts: Int = 10_000, maximumHeaderBytes: Int = 16_384) {
    guard !boundary.isEmpty, boundary.utf8.count <= 70 else { return nil }
    delimiter = Array("\r\n--\(boundary)".utf8)
    // The first delimiter may stand at the very beginning, without a line break before it.
    pending = [13, 10]
    self.maximumHeaderBytes = maximumHeaderBytes
    partsLeft = maximumParts
  }

  /// True after the closing delimiter; a body that ends before it was cut off.
  public var isComplete: Bool { if case .epilogue = state { true } else { false } }

  /// Takes the next bytes of the body.
  /// - Throws: ``MultipartError`` when it is no multipart body or exceeds a limit.
  public mutating func feed(_ buffer: ByteBuffer) throws -> [Event] {
    var events: [Event] = []
    pending.append(contentsOf: buffer.readableBytesView)
    while try step(&events) {}
    return events
  }

  private mutating func step(_ events: inout [Event]) throws -> Bool {
    switch state {
    case .preamble:
      guard let position = Self.find(delimiter, in: pending) else {
        keep(last: delimiter.count - 1)
        return false
      }
      pending.removeFirst(position + delimiter.count)
      state = .delimiter
      return true
    case .delimiter:
      guard pending.count >= 2 else { return false }
      if pending[0] == 0x2D && pending[1] == 0x2D {
        state = .epilogue
        return true
      }
      guard let end = Self.find([13, 10], in: pending) else {
        guard pending.count < maximumHeaderBytes else { throw MultipartError.malformed }
        return false
      }
      guard pending[..<end].allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else {
        throw MultipartError.malformed
      }
      // The line break stays: with no headers at all, it is the first half of the empty line.
      pending.removeFirst(end)
      state = .headers
      return true
    case .headers:
      guard let end = Self.find([13, 10, 13, 10], in: pending) else {
        guard pending.count < maximumHeaderBytes else { throw MultipartError.tooLarge }
        return false
      }
      guard end < maximumHeaderBytes, partsLeft > 0 else { throw MultipartError.tooLarge }
      partsLeft -= 1
      events.append(.part(headers: Self.headers(pending[..<end])))
      // Two bytes stay: an empty part's delimiter begins with the line break of the empty line
      // only in a malformed body, so all four can go.
      pending.removeFirst(end + 4)
      state = .body
      return true
    case .body:
      if let position = Self.find(delimiter, in: pending) {
        if position > 0 { events.append(.bytes(ByteBuffer(bytes: pending[..<position]))) }
        events.append(.partEnd)
        pending.removeFirst(position + delimiter.count)
        state = .delimiter
        return true
      }
      let sure = pending.count - (delimiter.count - 1)
      if sure > 0 {
        events.append(.bytes(ByteBuffer(bytes: pending[..<sure])))
        pending.removeFirst(sure)
      }
      return false
    case .epilogue:
      pending.removeAll()
      return false
    }
  }

  private mutating func keep(last count: Int) {
    if pending.count > count { pending.removeFirst(pending.count - count) }
  }

  private static func headers(_ bytes: ArraySlice<UInt8>) -> [String: String] {
    var headers: [String: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      headers[line[..<colon].lowercased()] = String(value)
    }
    return headers
  }

  /// The first position of `needle`.
  private static func find(_ needle: [UInt8], in bytes: [UInt8]) -> Int? {
    guard let first = needle.first, bytes.count >= needle.count else { return nil }
    return bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return nil }
      var position = 0
      let last = bytes.count - needle.count
      while position <= last {
        guard let found = memchr(base + position, Int32(first), last - position + 1) else {
          return nil
        }
        let start = UnsafeRawPointer(found) - base
        if memcmp(found, needle, needle.count) == 0 { return start }
        position = start + 1
      }
      return nil
    }
  }
}

/// Why a multipart body cannot be read.
public enum MultipartError: Error, Sendable, Equatable {
  case malformed
  case tooLarge
}
