extension VirtualScreen {
  /// An OSC, DCS or APC string (ECMA-48 8.3), and where the cursor was.
  public struct StringSequence: Sendable, Equatable {
    public enum Kind: Sendable { case operatingSystem, device, application }
    public var kind: Kind
    public var body: [UInt8]
    public var x: Int
    public var y: Int
    /// It came wrapped for tmux to pass on.
    public var isPassedThrough = false

    public var text: String { String(decoding: body, as: UTF8.self) }
  }

  /// Control sequences that ask for an answer, without `ESC [`.
  static let questionBodies: Set<String> = [
    "c", "0c", ">q", ">0q", "14t", "16t", "5n", "?1;1;0S", "?2;1;0S",
  ]

  /// Takes the questions that are open.
  public mutating func takeQuestions() -> [String] {
    defer { questions = [] }
    return questions
  }

  /// Forgets the strings that came so far; returns them.
  public mutating func takeStrings() -> [StringSequence] {
    defer { strings = [] }
    return strings
  }

  /// Reads a string at an index; the index after it, or nil when it is not complete.
  mutating func string(_ bytes: [UInt8], _ start: Int) -> Int? {
    let isForTmux = bytes[(start + 1)...].starts(with: Array("Ptmux;".utf8))
    var end = start + 2
    while end < bytes.count {
      if bytes[end] == 0x07, !isForTmux {
        note(bytes[start + 1], Array(bytes[(start + 2)..<end]))
        return end + 1
      }
      if bytes[end] == 0x1B {
        guard end + 1 < bytes.count else { return nil }
        // tmux' own strings hold ESC twice.
        if isForTmux, bytes[end + 1] == 0x1B {
          end += 2
          continue
        }
        if isForTmux {
          passThrough(Array(bytes[(start + 7)..<end]))
        } else {
          note(bytes[start + 1], Array(bytes[(start + 2)..<end]))
        }
        return end + 2
      }
      end += 1
    }
    return nil
  }

  private mutating func passThrough(_ doubled: [UInt8]) {
    var inner: [UInt8] = []
    var index = 0
    while index < doubled.count {
      inner.append(doubled[index])
      index += doubled[index] == 0x1B ? 2 : 1
    }
    guard inner.count > 3, inner[0] == 0x1B else {
      unknown.append("passed through: \(String(decoding: inner.prefix(40), as: UTF8.self))")
      return
    }
    let isBell = inner.last == 0x07
    note(inner[1], Array(inner[2..<(inner.count - (isBell ? 1 : 2))]), isPassedThrough: true)
  }

  /// Sixel and inline graphics belong to the cells that they cover; a cell is 10 by 20 pixels here.
  private mutating func markPixels(_ kind: UInt8, _ head: String) {
    var size: (width: Int, height: Int)?
    if kind == 0x50, let quote = head.firstIndex(of: "\"") {
      let numbers = head[head.index(after: quote)...].split { $0 == ";" || $0 == "#" }
        .prefix(4).compactMap { Int($0) }
      if numbers.count == 4 { size = ((numbers[2] + 9) / 10, (numbers[3] + 19) / 20) }
    }
    if kind == 0x5D, head.hasPrefix("1337;File=") {
      func argument(_ name: String) -> Int? {
        head.split { $0 == ";" || $0 == ":" }.first { $0.hasPrefix(name + "=") }
          .flatMap { Int($0.dropFirst(name.count + 1)) }
      }
      if let width = argument("width"), let height = argument("height") { size = (width, height) }
    }
    guard let size else { return }
    for y in cursor.y..<min(rows, cursor.y + size.height) {
      for x in cursor.x..<min(columns, cursor.x + size.width) {
        cells[y][x] = Cell(hasPixels: true)
      }
    }
  }

  private mutating func note(_ kind: UInt8, _ body: [UInt8], isPassedThrough: Bool = false) {
    let text = String(decoding: body.prefix(100), as: UTF8.self)
    let isQuestion =
      (kind == 0x5F && text.contains("a=q")) || (kind == 0x5D && text.hasSuffix(";?"))
      || text == "1337;Capabilities" || text == "1337;ReportCellSize"
    if isQuestion {
      questions.append("\u{1B}\(Unicode.Scalar(kind))\(text)")
      return
    }
    markPixels(kind, text)
    let name: StringSequence.Kind =
      kind == 0x5D ? .operatingSystem : kind == 0x50 ? .device : .application
    strings.append(
      StringSequence(
        kind: name, body: body, x: cursor.x, y: cursor.y, isPassedThrough: isPassedThrough))
  }
}
