/// Takes the needless out of ncurses' output: it resets and names all colours anew for every change
/// of an attribute and after every piece; here only what differs when a cell is written is sent.
///
/// Knows the sequences of ISO 6429 (SGR) that 256-colour terminals share; others pass unchanged.
/// Text holds no control characters, so that what looks like a sequence is one.
struct StyleCompactor {
  /// Colours as the parameters that select them.
  private struct Look: Equatable {
    var foreground: [UInt8] = Array("39".utf8)
    var background: [UInt8] = Array("49".utf8)
    /// Bit n is set by SGR n, 1…9.
    var attributes: UInt16 = 0
  }

  private var wanted = Look()
  /// Nil when nothing is known of it.
  private var shown: Look?
  private var result: [UInt8] = []

  /// The same picture in fewer bytes; ends with the look reset.
  static func compact(_ bytes: [UInt8]) -> [UInt8] {
    var compactor = StyleCompactor()
    compactor.result.reserveCapacity(bytes.count)
    compactor.read(bytes)
    return compactor.result
  }

  private mutating func read(_ bytes: [UInt8]) {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      guard byte == 0x1B else {
        if byte >= 0x20 { apply() }
        result.append(byte)
        index += 1
        continue
      }
      let end = Self.end(of: bytes, at: index)
      let sequence = bytes[index..<end]
      index = end
      if sequence.count >= 3, sequence[sequence.startIndex + 1] == 0x5B {
        control(sequence)
      } else if !sequence.elementsEqual([0x1B, 0x28, 0x42]) {
        // ESC ( B selects ASCII, which nothing here ever leaves.
        apply()
        result += sequence
      }
    }
    apply()
  }

  /// Where the sequence that begins at an index ends.
  private static func end(of bytes: [UInt8], at start: Int) -> Int {
    guard start + 1 < bytes.count else { return bytes.count }
    var index = start + 1
    if bytes[index] == 0x5B {
      index += 1
      while index < bytes.count, !(0x40...0x7E).contains(bytes[index]) { index += 1 }
    } else {
      while index < bytes.count, (0x20...0x2F).contains(bytes[index]) { index += 1 }
    }
    return min(index + 1, bytes.count)
  }

  private mutating func control(_ sequence: ArraySlice<UInt8>) {
    switch sequence.last ?? 0 {
    case UInt8(ascii: "m"):
      var look = wanted
      if Self.select(sequence.dropFirst(2).dropLast(), &look) {
        wanted = look
      } else {
        apply()
        result += sequence
        shown = nil
      }
    // Moves and modes use no colours; what erases, inserts or repeats does.
    case UInt8(ascii: "A")...UInt8(ascii: "H"), UInt8(ascii: "d"), UInt8(ascii: "h"),
      UInt8(ascii: "l"):
      result += sequence
    default:
      apply()
      result += sequence
    }
  }

  /// Applies parameters; false when one is not known here.
  private static func select(_ parameters: ArraySlice<UInt8>, _ look: inout Look) -> Bool {
    var parts = parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)[
      ...]
    while let part = parts.popFirst() {
      guard part.count <= 3, part.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
      let number = part.reduce(0) { $0 * 10 + Int($1 - 0x30) }
      switch number {
      case 0: look = Look()
      case 1...9: look.attributes |= 1 << UInt16(number)
      case 22: look.attributes &= ~0b110
      case 23...29: look.attributes &= ~(1 << UInt16(number - 20))
      case 30...37, 39, 90...97: look.foreground = Array(part)
      case 40...47, 49, 100...107: look.background = Array(part)
      case 38, 48:
        let rest = parts.first?.elementsEqual([0x35]) == true ? 2 : 4
        guard parts.count >= rest else { return false }
        let color = Array(([part] + parts.prefix(rest)).joined(separator: [UInt8(ascii: ";")]))
        parts = parts.dropFirst(rest)
        if number == 38 { look.foreground = color } else { look.background = color }
      default: return false
      }
    }
    return true
  }

  /// Sends what differs between the look that is shown and the one that is wanted.
  private mutating func apply() {
    if shown == wanted { return }
    var before = shown ?? Look()
    var parts: [[UInt8]] = []
    if shown == nil || before.attributes & ~wanted.attributes != 0 || wanted == Look() {
      before = Look()
      // Nothing at all means 0 when it stands alone.
      parts.append(wanted == Look() ? [] : [UInt8(ascii: "0")])
    }
    for number in UInt16(1)...9
    where wanted.attributes & ~before.attributes & (1 << number) != 0 {
      parts.append([UInt8(ascii: "0") + UInt8(number)])
    }
    if wanted.foreground != before.foreground { parts.append(wanted.foreground) }
    if wanted.background != before.background { parts.append(wanted.background) }
    result += [0x1B, 0x5B] + Array(parts.joined(separator: [UInt8(ascii: ";")]))
    result.append(UInt8(ascii: "m"))
    shown = wanted
  }
}
