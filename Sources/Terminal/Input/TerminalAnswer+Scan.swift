import Screen

extension TerminalAnswer {
  /// What the beginning of some input is, as far as answers go.
  enum Scan {
    /// Not an answer: a key.
    case none
    /// The beginning of one. `isSure` when it cannot be a key any more.
    case incomplete(isSure: Bool)
    /// A whole one, also of a kind that nobody asked for (nil).
    case complete(TerminalAnswer?, length: Int)
  }

  /// How the strings begin that answers come in, and no key does: after ESC.
  private static let openings = ["P>|", "P1$r", "P0$r", "P1+r", "P0+r", "]1337;", "_G"]
    .map { Array($0.utf8) }
  /// Longer ones are no answers to what we ask; what was read of them is dropped.
  private static let longest = 4096

  /// Looks at input that begins with ESC and one of `P ] _` (DCS, OSC, APC; ECMA-48 8.3).
  static func scan(_ bytes: ArraySlice<UInt8>) -> Scan {
    let rest = bytes.dropFirst()
    guard let opening = openings.first(where: { rest.starts(with: $0) }) else {
      let isBeginning = openings.contains { $0.starts(with: rest) }
      return isBeginning && !rest.isEmpty ? .incomplete(isSure: rest.count > 1) : .none
    }
    var index = rest.startIndex + opening.count
    let body = index
    while index < bytes.endIndex {
      let byte = bytes[index]
      if byte == 0x07 {
        return .complete(
          meaning(opening[0], bytes[(rest.startIndex + 1)..<index], body: bytes[body..<index]),
          length: index + 1 - bytes.startIndex)
      }
      if byte == 0x1B {
        guard index + 1 < bytes.endIndex else { return .incomplete(isSure: true) }
        // Another sequence begins: this one was cut off.
        guard bytes[index + 1] == 0x5C else {
          return .complete(nil, length: index - bytes.startIndex)
        }
        return .complete(
          meaning(opening[0], bytes[(rest.startIndex + 1)..<index], body: bytes[body..<index]),
          length: index + 2 - bytes.startIndex)
      }
      // CAN and SUB cancel.
      if byte == 0x18 || byte == 0x1A {
        return .complete(nil, length: index + 1 - bytes.startIndex)
      }
      index += 1
      if index - bytes.startIndex > longest {
        return .complete(nil, length: index - bytes.startIndex)
      }
    }
    return .incomplete(isSure: true)
  }

  /// Whether input is the beginning of an answer, and cannot become a key.
  static func hasBegun(_ bytes: ArraySlice<UInt8>) -> Bool {
    if case .incomplete(isSure: true) = scan(bytes) { return true }
    return bytes.starts(with: [0x1B, 0x5B, 0x3F])
  }

  /// The answer in a control sequence; nil when it is a key or the mouse.
  static func meaning(of sequence: ControlSequence) -> TerminalAnswer? {
    let numbers = sequence.parameters
    switch (sequence.prefix, sequence.final) {
    case (nil, 0x6E) where numbers == [0]: return .ready
    case (0x3F, 0x63):
      guard let kind = numbers.first else { return nil }
      return .attributes(kind: kind, Array(numbers.dropFirst()))
    case (nil, 0x74) where numbers.count == 3:
      let size = Size(width: numbers[2], height: numbers[1])
      guard (1...100_000).contains(size.width), (1...100_000).contains(size.height) else {
        return nil
      }
      return numbers[0] == 6 ? .cellPixels(size) : numbers[0] == 4 ? .windowPixels(size) : nil
    case (0x3F, 0x53) where numbers.count >= 2:
      return .graphics(
        item: numbers[0], value: numbers[1] == 0 && numbers.count > 2 ? numbers[2] : nil)
    default: return nil
    }
  }

  /// - Parameters:
  ///   - content: all of the string.
  ///   - body: what follows its opening.
  private static func meaning(
    _ kind: UInt8, _ content: ArraySlice<UInt8>, body: ArraySlice<UInt8>
  ) -> TerminalAnswer? {
    // Answers are text of a terminal that we do not know: printable ASCII of a modest length.
    let text = String(
      decoding: body.filter { (0x20..<0x7F).contains($0) }.prefix(256), as: UTF8.self)
    switch kind {
    case 0x50: return content.first == 0x3E ? .version(text) : nil
    case 0x5F: return kitty(text)
    default: return .iterm(text)
    }
  }

  /// `i=31;OK`.
  private static func kitty(_ text: String) -> TerminalAnswer? {
    let parts = text.split(separator: ";", maxSplits: 1)
    guard let control = parts.first, parts.count == 2 else { return nil }
    let ids = control.split(separator: ",").filter { $0.hasPrefix("i=") }
    return .kitty(id: ids.first.flatMap { Int($0.dropFirst(2)) } ?? 0, String(parts[1]))
  }
}
