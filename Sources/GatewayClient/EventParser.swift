import Foundation
import Sync

/// Parses `text/event-stream` (WHATWG HTML section 9.2.6) from bytes that are cut anywhere: fields
/// `id`, `event`, `data`, `retry`, comments, lines that end in LF, CR or CRLF, a byte order mark.
struct EventParser {
  /// Seconds to wait before connecting again, when the gateway said so.
  private(set) var retry: TimeInterval?
  /// What to resume from: the last id, kept over events that have none.
  private(set) var lastEventID: String?

  private var line: [UInt8] = []
  private var sawCarriageReturn = false
  private var isFirstLine = true
  private var name = ""
  private var data: [UInt8] = []
  private var hasData = false
  private var id: String?
  private let limit: Int

  /// - Parameter limit: bytes of one line and of one event's data.
  init(limit: Int = 1 << 20) { self.limit = limit }

  /// Takes bytes and returns the events that they finish.
  mutating func take(_ bytes: some Sequence<UInt8>) throws(LinkError) -> [GatewayEvent] {
    var events: [GatewayEvent] = []
    for byte in bytes {
      if sawCarriageReturn {
        sawCarriageReturn = false
        if byte == 10 { continue }
      }
      if byte == 10 || byte == 13 {
        sawCarriageReturn = byte == 13
        if let event = try endLine() { events.append(event) }
      } else {
        guard line.count < limit else { throw .malformed("an event line without end") }
        line.append(byte)
      }
    }
    return events
  }

  private mutating func endLine() throws(LinkError) -> GatewayEvent? {
    defer { line.removeAll(keepingCapacity: true) }
    if isFirstLine {
      isFirstLine = false
      if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    }
    guard !line.isEmpty else { return dispatch() }
    guard line[0] != 58 else { return nil }
    let colon = line.firstIndex(of: 58)
    let field = String(decoding: line[..<(colon ?? line.endIndex)], as: UTF8.self)
    var value = colon.map { line[($0 + 1)...] } ?? []
    if value.first == 32 { value = value.dropFirst() }
    switch field {
    case "event": name = String(decoding: value, as: UTF8.self)
    case "data":
      guard data.count + value.count <= limit else { throw .malformed("an event too large") }
      if hasData { data.append(10) }
      data.append(contentsOf: value)
      hasData = true
    case "id" where !value.contains(0): id = String(decoding: value, as: UTF8.self)
    case "retry" where !value.isEmpty && value.count < 9 && value.allSatisfy { (48...57) ~= $0 }:
      retry = (Double(String(decoding: value, as: UTF8.self)) ?? 0) / 1000
    default: break
    }
    return nil
  }

  private mutating func dispatch() -> GatewayEvent? {
    defer {
      name = ""
      data.removeAll()
      hasData = false
      id = nil
    }
    if let id { lastEventID = id }
    guard hasData else { return nil }
    return GatewayEvent(
      id: id, name: name.isEmpty ? "message" : name, data: String(decoding: data, as: UTF8.self))
  }
}
