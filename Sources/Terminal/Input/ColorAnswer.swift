/// What a terminal says of one of its colours: `ESC ] 11 ; rgb:RRRR/GGGG/BBBB` and BEL or ST
/// ("XTerm Control Sequences", Operating System Commands; XParseColor(3) for the value).
struct ColorAnswer {
  /// 11 is the background.
  var command: Int
  /// 0…1 each.
  var red: Double
  var green: Double
  var blue: Double

  /// Brighter than half, by the weights of ITU-R BT.601.
  var isLight: Bool { 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 }

  /// A scan of bytes that begin with `ESC ]` and a digit.
  enum Scan {
    /// More bytes are needed.
    case incomplete
    /// Nil when it is another command, or a value that is not understood.
    case complete(ColorAnswer?, length: Int)
    /// It does not end; so many bytes of it are to be dropped.
    case invalid(length: Int)
  }

  /// Longer ones are no answers to what we ask.
  private static let longest = 256

  static func scan(_ bytes: ArraySlice<UInt8>) -> Scan {
    var index = bytes.startIndex + 2
    while index < bytes.endIndex {
      let length = index - bytes.startIndex
      switch bytes[index] {
      case 0x07:
        return .complete(parse(bytes[(bytes.startIndex + 2)..<index]), length: length + 1)
      case 0x1B:
        guard index + 1 < bytes.endIndex else { return .incomplete }
        guard bytes[index + 1] == 0x5C else { return .invalid(length: length) }
        return .complete(parse(bytes[(bytes.startIndex + 2)..<index]), length: length + 2)
      case 0x20..<0x7F where length < longest: index += 1
      default: return .invalid(length: length)
      }
    }
    return .incomplete
  }

  private static func parse(_ body: ArraySlice<UInt8>) -> ColorAnswer? {
    let text = String(decoding: body, as: UTF8.self)
    let parts = text.split(separator: ";", maxSplits: 1)
    guard parts.count == 2, let command = Int(parts[0]) else { return nil }
    var value = parts[1]
    var channels: [Double] = []
    if value.hasPrefix("#") {
      value = value.dropFirst()
      guard value.utf8.count % 3 == 0 else { return nil }
      let size = value.utf8.count / 3
      for _ in 0..<3 {
        guard let channel = fraction(value.prefix(size)) else { return nil }
        channels.append(channel)
        value = value.dropFirst(size)
      }
    } else if value.hasPrefix("rgb:") || value.hasPrefix("rgba:") {
      // The opacity of `rgba` comes last.
      for part in value.drop(while: { $0 != ":" }).dropFirst().split(separator: "/").prefix(3) {
        guard let channel = fraction(part) else { return nil }
        channels.append(channel)
      }
    }
    guard channels.count == 3 else { return nil }
    return ColorAnswer(command: command, red: channels[0], green: channels[1], blue: channels[2])
  }

  /// One to four hexadecimal digits as a share of the largest number of so many digits.
  private static func fraction(_ digits: Substring) -> Double? {
    guard (1...4).contains(digits.utf8.count), digits.allSatisfy(\.isHexDigit),
      let value = Int(digits, radix: 16)
    else { return nil }
    return Double(value) / Double((1 << (4 * digits.utf8.count)) - 1)
  }
}
