import Assets
import Foundation

/// A shipped table: lines of fields separated by tabs, in ascending byte order of the first field;
/// `#` begins a comment. A line is found by binary search in the bytes of the file, so that
/// nothing is parsed before somebody asks for it.
struct SortedTable: Sendable {
  /// A line without its end.
  typealias Line = Range<Int>

  private let bytes: [UInt8]
  /// Where the first line that is no comment begins.
  private let start: Int

  /// - Parameter resource: relative to `Resources/data`; a missing file gives an empty table.
  init(resource: String) {
    self.init(bytes: (try? Data(contentsOf: Assets.url(resource))).map { [UInt8]($0) } ?? [])
  }

  init(bytes: [UInt8]) {
    self.bytes = bytes
    var start = 0
    while start < bytes.count, bytes[start] == UInt8(ascii: "#") {
      start = Self.end(of: start, in: bytes) + 1
    }
    self.start = min(start, bytes.count)
  }

  private static func end(of start: Int, in bytes: [UInt8]) -> Int {
    var index = start
    while index < bytes.count, bytes[index] != 0x0A { index += 1 }
    return index
  }

  /// The line whose first field is `key`.
  func line(_ key: some Collection<UInt8>) -> Line? {
    var (low, high) = (start, bytes.count)
    while low < high {
      // The line that holds the middle.
      var begin = (low + high) / 2
      while begin > low, bytes[begin - 1] != 0x0A { begin -= 1 }
      let end = Self.end(of: begin, in: bytes)
      let order = compare(key, begin, end)
      if order == 0 { return begin..<end }
      if order < 0 { high = begin } else { low = end + 1 }
    }
    return nil
  }

  /// Below 0 when the key comes before the line's first field, 0 when it is it.
  private func compare(_ key: some Collection<UInt8>, _ begin: Int, _ end: Int) -> Int {
    var index = begin
    for byte in key {
      guard index < end, bytes[index] != 0x09 else { return 1 }
      if byte != bytes[index] { return Int(byte) - Int(bytes[index]) }
      index += 1
    }
    return index == end || bytes[index] == 0x09 ? 0 : -1
  }

  /// All lines in order.
  var lines: [Line] {
    var lines: [Line] = []
    var begin = start
    while begin < bytes.count {
      let end = Self.end(of: begin, in: bytes)
      if end > begin { lines.append(begin..<end) }
      begin = end + 1
    }
    return lines
  }

  /// The bytes of a field, counted from 0; empty when the line has fewer.
  func field(_ number: Int, of line: Line) -> ArraySlice<UInt8> {
    var begin = line.lowerBound
    var left = number
    while left > 0 {
      while begin < line.upperBound, bytes[begin] != 0x09 { begin += 1 }
      if begin >= line.upperBound { return [] }
      begin += 1
      left -= 1
    }
    var end = begin
    while end < line.upperBound, bytes[end] != 0x09 { end += 1 }
    return bytes[begin..<end]
  }

  /// The fields as text.
  func fields(of line: Line) -> [String] {
    bytes[line].split(separator: 0x09, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }
}
