/// The terminal's drawing state as SGR sequences set it (ECMA-48 8.3.117).
struct GraphicState: Equatable {
  /// Palette index; nil is the terminal's own colour.
  var foreground: Int?
  var background: Int?
  /// Bits of 1 bold, 2 dim, 3 italic, 4 underline, 7 reverse, by number.
  var attributes: UInt8 = 0

  /// Applies a sequence's parameters.
  mutating func apply(_ numbers: [Int]) {
    var index = 0
    while index < numbers.count {
      let number = numbers[index]
      switch number {
      case 0: self = GraphicState()
      case 1...7: attributes |= 1 << UInt8(number)
      case 22: attributes &= ~(1 << 1 | 1 << 2)
      case 23...27: attributes &= ~(1 << UInt8(number - 20))
      case 30...37: foreground = number - 30
      case 90...97: foreground = number - 82
      case 40...47: background = number - 40
      case 100...107: background = number - 92
      case 39: foreground = nil
      case 49: background = nil
      case 38, 48:
        guard index + 2 < numbers.count, numbers[index + 1] == 5 else { return }
        if number == 38 { foreground = numbers[index + 2] } else { background = numbers[index + 2] }
        index += 2
      default: break
      }
      index += 1
    }
  }

  /// The shortest sequence from one state to another; nil is a state that is not known.
  /// - Parameter slots: colours that stand for indexes 16…255, as 0xRRGGBB.
  static func change(from old: GraphicState?, to new: GraphicState, slots: [UInt32?]) -> [UInt8] {
    var whole = ["0"]
    for number in 1...7 where new.attributes & 1 << UInt8(number) != 0 {
      whole.append(String(number))
    }
    if let color = new.foreground { whole.append(code(color, 30, slots)) }
    if let color = new.background { whole.append(code(color, 40, slots)) }
    var shortest = whole.count == 1 ? "" : whole.joined(separator: ";")
    if let old {
      let step = new.steps(from: old, slots).joined(separator: ";")
      if step.utf8.count <= shortest.utf8.count, !step.isEmpty { shortest = step }
    }
    return Array("\u{1B}[\(shortest)m".utf8)
  }

  private func steps(from old: GraphicState, _ slots: [UInt32?]) -> [String] {
    var result: [String] = []
    var present = old.attributes
    let gone = present & ~attributes
    if gone & (1 << 1 | 1 << 2) != 0 {
      result.append("22")
      present &= ~(1 << 1 | 1 << 2)
    }
    for number in 3...7 where gone & 1 << UInt8(number) != 0 { result.append(String(number + 20)) }
    for number in 1...7 where attributes & ~present & 1 << UInt8(number) != 0 {
      result.append(String(number))
    }
    if foreground != old.foreground {
      result.append(foreground.map { Self.code($0, 30, slots) } ?? "39")
    }
    if background != old.background {
      result.append(background.map { Self.code($0, 40, slots) } ?? "49")
    }
    return result
  }

  /// - Parameter base: 30 for the foreground, 40 for the background.
  private static func code(_ color: Int, _ base: Int, _ slots: [UInt32?]) -> String {
    if color < 8 { return String(base + color) }
    if color < 16 { return String(base + 52 + color) }
    if color - 16 < slots.count, let rgb = slots[color - 16] {
      return "\(base + 8);2;\(rgb >> 16 & 0xFF);\(rgb >> 8 & 0xFF);\(rgb & 0xFF)"
    }
    return "\(base + 8);5;\(color)"
  }
}
