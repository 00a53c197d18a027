extension VirtualScreen {
  /// Takes output; sequences may be cut anywhere.
  public mutating func feed(_ bytes: some Sequence<UInt8>) {
    let all = partial + Array(bytes)
    partial = []
    var index = 0
    while index < all.count {
      let byte = all[index]
      switch byte {
      case 0x1B:
        guard let next = escape(all, index) else {
          partial = Array(all[index...])
          return
        }
        index = next
      case 0x00..<0x20, 0x7F:
        control(byte)
        index += 1
      case 0x20..<0x80:
        put(Unicode.Scalar(byte))
        index += 1
      default:
        let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
        guard index + length <= all.count else {
          partial = Array(all[index...])
          return
        }
        let text = String(decoding: all[index..<(index + length)], as: UTF8.self)
        for scalar in text.unicodeScalars { put(scalar) }
        index += length
      }
    }
  }

  private mutating func control(_ byte: UInt8) {
    switch byte {
    case 0x07: bells += 1
    case 0x08:
      cursor.x = max(0, cursor.x - 1)
      wrapPending = false
    case 0x09:
      cursor.x = min(columns - 1, (cursor.x / 8 + 1) * 8)
      wrapPending = false
    case 0x0A: lineFeed()
    case 0x0D:
      cursor.x = 0
      wrapPending = false
    // SI, SO, CAN, NUL show nothing.
    case 0x00, 0x0E, 0x0F, 0x18: break
    default: unknown.append("C0 \(byte)")
    }
  }

  /// Handles `ESC …` at an index; the index after it, or nil when it is not complete.
  private mutating func escape(_ bytes: [UInt8], _ start: Int) -> Int? {
    guard start + 1 < bytes.count else { return nil }
    switch bytes[start + 1] {
    case 0x5B:
      var end = start + 2
      while end < bytes.count, !(0x40...0x7E).contains(bytes[end]) {
        // A new ESC or CAN breaks a sequence off.
        if bytes[end] == 0x1B || bytes[end] == 0x18 { return end }
        end += 1
      }
      guard end < bytes.count else { return nil }
      sequence(String(decoding: bytes[(start + 2)..<end], as: UTF8.self), bytes[end])
      return end + 1
    case 0x5D, 0x50, 0x5F: return string(bytes, start)
    case 0x28, 0x29: return start + 2 < bytes.count ? start + 3 : nil
    case 0x37: savedCursor = cursor
    case 0x38:
      cursor = savedCursor
      wrapPending = false
    case 0x3D: keypad = true
    case 0x3E: keypad = false
    case 0x44: lineFeed()
    case 0x45:
      cursor.x = 0
      lineFeed()
    case 0x4D: reverseLineFeed()
    default: unknown.append("ESC \(Unicode.Scalar(bytes[start + 1]))")
    }
    return start + 2
  }

  private mutating func sequence(_ body: String, _ final: UInt8) {
    let prefix = body.first.flatMap { "?><=".contains($0) ? $0 : nil }
    let numbers = (prefix == nil ? body[...] : body.dropFirst())
      .split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    if prefix == "?", final == 0x68 || final == 0x6C {
      for mode in numbers { setMode(mode, final == 0x68) }
      return
    }
    let name = String(Unicode.Scalar(final))
    if Self.questionBodies.contains(body + name) {
      // A number left out is 0.
      let full = body + name == ">q" ? ">0q" : body + name == "0c" ? "c" : body + name
      questions.append("\u{1B}[\(full)")
      return
    }
    guard prefix == nil else {
      unknown.append("CSI \(body)\(name)")
      return
    }
    let first = numbers.first ?? 0
    if final == 0x6D { return render(numbers) }
    if final == 0x72 {
      let bottom = numbers.count > 1 && numbers[1] > 0 ? numbers[1] : rows
      scrollRegion = (max(1, first) - 1)...max(max(1, first) - 1, min(rows, bottom) - 1)
      cursor = (0, 0)
      wrapPending = false
      return
    }
    if move(final, max(1, first), numbers) || edit(final, first) { return }
    // Window titles change nothing.
    if name != "t" { unknown.append("CSI \(body)\(name)") }
  }

  private mutating func setMode(_ mode: Int, _ isOn: Bool) {
    if mode == 1049, isOn != modes.contains(1049) {
      if isOn {
        savedCursor = cursor
        normalScreen = cells
        cells = blankGrid()
      } else {
        cells = normalScreen ?? blankGrid()
        normalScreen = nil
        cursor = savedCursor
      }
      wrapPending = false
    }
    if isOn { modes.insert(mode) } else { modes.remove(mode) }
  }

  private func blankGrid() -> [[Cell]] {
    Array(repeating: Array(repeating: Cell(), count: columns), count: rows)
  }

  private mutating func render(_ numbers: [Int]) {
    var index = 0
    func color() -> String? {
      guard index + 1 < numbers.count else { return nil }
      let length = numbers[index + 1] == 5 ? 2 : 4
      guard index + length < numbers.count else { return nil }
      return numbers[(index + 1)...(index + length)].map(String.init).joined(separator: ";")
    }
    while index < numbers.count {
      let number = numbers[index]
      switch number {
      case 0: look = Look()
      case 1...4, 7: look.attributes.insert(number)
      case 22: look.attributes.subtract([1, 2])
      case 23, 24, 27: look.attributes.remove(number - 20)
      case 30...37: look.foreground = "5;\(number - 30)"
      case 40...47: look.background = "5;\(number - 40)"
      case 90...97: look.foreground = "5;\(number - 82)"
      case 100...107: look.background = "5;\(number - 92)"
      case 39: look.foreground = nil
      case 49: look.background = nil
      case 38, 48:
        let value = color()
        if number == 38 { look.foreground = value } else { look.background = value }
        index += index + 1 < numbers.count && numbers[index + 1] == 5 ? 2 : 4
      default: unknown.append("SGR \(number)")
      }
      index += 1
    }
  }
}
