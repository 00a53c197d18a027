import Screen

/// A control sequence `ESC [ … final` as ECMA-48 5.4 has it.
struct ControlSequence {
  /// `<`, `?`, `>` or nothing.
  var prefix: UInt8?
  var parameters: [Int] = []
  var final: UInt8

  /// A scan of bytes that begin with `ESC [`.
  enum Scan {
    /// More bytes are needed.
    case incomplete
    case complete(ControlSequence, length: Int)
    /// Not a control sequence; so many bytes of it are to be dropped.
    case invalid(length: Int)
  }

  /// Longer ones are no keys.
  private static let longest = 64

  static func scan(_ bytes: ArraySlice<UInt8>) -> Scan {
    var index = bytes.startIndex + 2
    var prefix: UInt8?
    var parameters: [Int] = []
    var current: Int?
    while index < bytes.endIndex {
      let byte = bytes[index]
      switch byte {
      case 0x30...0x39:
        current = min((current ?? 0) * 10 + Int(byte - 0x30), 1_000_000)
      case 0x3B, 0x3A:
        parameters.append(current ?? 0)
        current = nil
      case 0x3C...0x3F where prefix == nil && parameters.isEmpty && current == nil: prefix = byte
      case 0x20...0x3F: break
      case 0x40...0x7E:
        if let current { parameters.append(current) }
        return .complete(
          ControlSequence(prefix: prefix, parameters: parameters, final: byte),
          length: index - bytes.startIndex + 1)
      default: return .invalid(length: index - bytes.startIndex)
      }
      index += 1
      if index - bytes.startIndex > longest { return .invalid(length: longest) }
    }
    return .incomplete
  }

  /// The key that it stands for; nil when it is none that we know.
  var key: Key? {
    guard prefix == nil else { return nil }
    let modifiers = Self.modifiers(parameters.count > 1 ? parameters[1] : 1)
    switch final {
    case 0x41: return Key(.up, modifiers)
    case 0x42: return Key(.down, modifiers)
    case 0x43: return Key(.right, modifiers)
    case 0x44: return Key(.left, modifiers)
    case 0x48: return Key(.home, modifiers)
    case 0x46: return Key(.end, modifiers)
    case 0x50...0x53: return Key(.function(Int(final) - 0x4F), modifiers)
    case 0x5A: return Key(.backTab)
    case 0x7E: return tilde(modifiers)
    case 0x75: return Self.character(parameters.first ?? 0, modifiers)
    default: return nil
    }
  }

  private func tilde(_ modifiers: Key.Modifiers) -> Key? {
    switch parameters.first ?? 0 {
    case 1, 7: return Key(.home, modifiers)
    case 2: return Key(.insert, modifiers)
    case 3: return Key(.delete, modifiers)
    case 4, 8: return Key(.end, modifiers)
    case 5: return Key(.pageUp, modifiers)
    case 6: return Key(.pageDown, modifiers)
    case let number where (11...15).contains(number): return Key(.function(number - 10), modifiers)
    case let number where (17...21).contains(number): return Key(.function(number - 11), modifiers)
    case 23, 24: return Key(.function((parameters.first ?? 0) - 12), modifiers)
    // modifyOtherKeys of xterm: 27 ; modifiers ; character.
    case 27 where parameters.count == 3: return Self.character(parameters[2], modifiers)
    default: return nil
    }
  }

  /// xterm: 1 plus the sum of Shift 1, Alt 2, Ctrl 4 (Meta 8 counts as Alt).
  private static func modifiers(_ parameter: Int) -> Key.Modifiers {
    let bits = max(0, parameter - 1)
    var result: Key.Modifiers = []
    if bits & 1 != 0 { result.insert(.shift) }
    if bits & 10 != 0 { result.insert(.alt) }
    if bits & 4 != 0 { result.insert(.control) }
    return result
  }

  private static func character(_ code: Int, _ modifiers: Key.Modifiers) -> Key? {
    switch code {
    case 9: return modifiers.contains(.shift) ? Key(.backTab) : Key(.tab, modifiers)
    case 13: return Key(.enter, modifiers)
    case 27: return Key(.escape, modifiers)
    case 8, 127: return Key(.backspace, modifiers)
    case 32...0x10FFFF:
      guard let scalar = Unicode.Scalar(UInt32(code)) else { return nil }
      return Key(.character(Character(scalar)), modifiers.subtracting(.shift))
    default: return nil
    }
  }

  /// The mouse report that it stands for (SGR, mode 1006); nil when it is none.
  var mouse: Mouse? {
    guard prefix == 0x3C, final == 0x4D || final == 0x6D, parameters.count == 3 else { return nil }
    let code = parameters[0]
    var modifiers: Key.Modifiers = []
    if code & 4 != 0 { modifiers.insert(.shift) }
    if code & 8 != 0 { modifiers.insert(.alt) }
    if code & 16 != 0 { modifiers.insert(.control) }
    let point = Point(x: max(0, parameters[1] - 1), y: max(0, parameters[2] - 1))
    if code & 64 != 0 {
      // 66 and 67 are the horizontal wheel.
      guard code & 3 < 2, final == 0x4D else { return nil }
      return Mouse(
        action: code & 3 == 0 ? .wheelUp : .wheelDown, button: .none, point: point,
        modifiers: modifiers)
    }
    let button: Mouse.Button =
      switch code & 3 {
      case 0: .left
      case 1: .middle
      case 2: .right
      default: .none
      }
    let action: Mouse.Action = final == 0x6D ? .release : code & 32 != 0 ? .drag : .press
    return Mouse(action: action, button: button, point: point, modifiers: modifiers)
  }
}
