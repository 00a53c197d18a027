import Foundation

/// Where a text is not the JSON that is wanted.
struct JSONProblem: Error, CustomStringConvertible {
  /// Bytes before the place.
  var offset: Int
  var what: String
  var description: String { "at byte \(offset): \(what)" }
}

/// Reads JSON strictly: one value, no member twice, no fractions, valid UTF-8. Two readers of such
/// a text cannot understand different things.
struct JSONReader {
  private static let maximumDepth = 16
  private static let maximumInteger: Int64 = 9_007_199_254_740_991
  private let bytes: [UInt8]
  private var at = 0

  static func read(_ data: Data) throws(JSONProblem) -> JSONValue {
    var reader = JSONReader(bytes: Array(data))
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.at == reader.bytes.count else {
      throw reader.problem("there is more behind the end")
    }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func problem(_ what: String) -> JSONProblem { JSONProblem(offset: at, what: what) }

  private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { at += 1 }
  }

  private mutating func value(depth: Int) throws(JSONProblem) -> JSONValue {
    guard depth < Self.maximumDepth else { throw problem("it is nested too deeply") }
    skipSpace()
    guard let byte = next else { throw problem("the text ends too early") }
    switch byte {
    case 0x7B: return try object(depth: depth)
    case 0x5B: return try array(depth: depth)
    case 0x22: return .string(try string())
    case 0x2D, 0x30...0x39: return .integer(try integer())
    case 0x74: return try word("true", .bool(true))
    case 0x66: return try word("false", .bool(false))
    case 0x6E: return try word("null", .null)
    default: throw problem("a JSON value is wanted")
    }
  }

  private mutating func word(_ text: String, _ value: JSONValue) throws(JSONProblem) -> JSONValue {
    guard bytes[at...].starts(with: text.utf8) else { throw problem("a JSON value is wanted") }
    at += text.utf8.count
    return value
  }

  private mutating func object(depth: Int) throws(JSONProblem) -> JSONValue {
    at += 1
    var members: [String: JSONValue] = [:]
    skipSpace()
    if next == 0x7D {
      at += 1
      return .object(members)
    }
    while true {
      skipSpace()
      guard next == 0x22 else { throw problem("the name of a member is wanted") }
      let name = try string()
      guard members[name] == nil else { throw problem("a member stands there twice") }
      skipSpace()
      guard next == 0x3A else { throw problem("a colon is wanted") }
      at += 1
      members[name] = try value(depth: depth + 1)
      guard try goesOn(until: 0x7D) else { return .object(members) }
    }
  }

  private mutating func array(depth: Int) throws(JSONProblem) -> JSONValue {
    at += 1
    var values: [JSONValue] = []
    skipSpace()
    if next == 0x5D {
      at += 1
      return .array(values)
    }
    while true {
      values.append(try value(depth: depth + 1))
      guard try goesOn(until: 0x5D) else { return .array(values) }
    }
  }

  /// Behind an element: true after a comma, false after the end.
  private mutating func goesOn(until end: UInt8) throws(JSONProblem) -> Bool {
    skipSpace()
    guard let byte = next, byte == 0x2C || byte == end else {
      throw problem("a comma or the end of the list is wanted")
    }
    at += 1
    return byte == 0x2C
  }

  private mutating func integer() throws(JSONProblem) -> Int64 {
    let start = at
    if next == 0x2D { at += 1 }
    let first = at
    while let byte = next, (0x30...0x39).contains(byte) { at += 1 }
    let digits = bytes[first..<at]
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    let hasSurplus = digits.first == 0x30 && (digits.count > 1 || first > start)
    if let byte = next, [0x2E, 0x45, 0x65].contains(byte) {
      throw problem("numbers with a fraction or an exponent are not allowed")
    }
    guard !digits.isEmpty, !hasSurplus, let value = Int64(text),
      value >= -Self.maximumInteger, value <= Self.maximumInteger
    else {
      at = start
      throw problem("an integer within ±(2^53 - 1) is wanted")
    }
    return value
  }

  private mutating func string() throws(JSONProblem) -> String {
    at += 1
    let start = at
    var text: [UInt8] = []
    while let byte = next {
      switch byte {
      case 0x22:
        at += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          at = start
          throw problem("the text is not UTF-8")
        }
        return string
      case 0x5C: text += try escape()
      case 0..<0x20: throw problem("a control character stands in a text")
      default:
        text.append(byte)
        at += 1
      }
    }
    throw problem("a text does not end")
  }

  private mutating func escape() throws(JSONProblem) -> [UInt8] {
    at += 1
    guard let kind = next else { throw problem("a text does not end") }
    at += 1
    switch kind {
    case 0x22, 0x5C, 0x2F: return [kind]
    case 0x62: return [0x08]
    case 0x66: return [0x0C]
    case 0x6E: return [0x0A]
    case 0x72: return [0x0D]
    case 0x74: return [0x09]
    case 0x75:
      var code = UInt32(try codeUnit())
      if (0xD800..<0xDC00).contains(code) {
        guard next == 0x5C, at + 1 < bytes.count, bytes[at + 1] == 0x75 else {
          throw problem("half of a character stands in a text")
        }
        at += 2
        let low = UInt32(try codeUnit())
        guard (0xDC00..<0xE000).contains(low) else {
          throw problem("half of a character stands in a text")
        }
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw problem("half of a character stands in a text")
      }
      return Array(String(scalar).utf8)
    default: throw problem("there is no such escape")
    }
  }

  private mutating func codeUnit() throws(JSONProblem) -> UInt16 {
    guard at + 4 <= bytes.count else { throw problem("a text does not end") }
    var value: UInt16 = 0
    for byte in bytes[at..<at + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw problem("four hexadecimal digits are wanted")
      }
      value = value << 4 | UInt16(digit)
    }
    at += 4
    return value
  }
}
