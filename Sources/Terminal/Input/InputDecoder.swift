public import Screen

/// Turns what the terminal sends into keys, mouse reports and pasted text. Reads no clock: the
/// owner calls ``timedOut()`` when ``timeout`` seconds passed without input.
public struct InputDecoder {
  /// Bytes of one paste that are kept; the rest is dropped.
  public static let pasteLimit = 1 << 20

  private let sequences: KeySequences
  private let escapeDelay: Double
  private var pending: [UInt8] = []
  private var paste: [UInt8]?
  private var answers: [TerminalAnswer] = []

  init(sequences: KeySequences, escapeDelay: Double = 0.025) {
    self.sequences = sequences
    self.escapeDelay = escapeDelay
  }

  /// Knows the sequences that nearly all terminals share.
  public init(escapeDelay: Double = 0.025) {
    self.init(sequences: KeySequences { _ in nil }, escapeDelay: escapeDelay)
  }

  /// Seconds of silence after which what has begun is taken as it stands; nil when nothing has.
  public var timeout: Double? {
    if paste != nil { return 2 }
    if pending.isEmpty { return nil }
    // The rest of an answer may be long in coming, and must not be taken for keys.
    if TerminalAnswer.hasBegun(pending[...]) { return 2 }
    // A lone ESC must answer at once; the rest of a sequence may be late on a slow line.
    return pending.count == 1 && pending[0] == 0x1B ? escapeDelay : max(escapeDelay, 0.2)
  }

  /// Takes bytes, returns what they complete.
  public mutating func feed(_ bytes: ArraySlice<UInt8>) -> [InputEvent] {
    pending += bytes
    return decode(isFinal: false)
  }

  /// What the terminal has told about itself since the last call.
  public mutating func takeAnswers() -> [TerminalAnswer] {
    defer { answers = [] }
    return answers
  }

  /// The terminal has been silent for ``timeout``.
  public mutating func timedOut() -> [InputEvent] {
    var events: [InputEvent] = []
    if let text = paste {
      // The end of the paste was lost.
      events.append(.paste(Self.text(text + pending)))
      paste = nil
      pending = []
    }
    return events + decode(isFinal: true)
  }

  private mutating func decode(isFinal: Bool) -> [InputEvent] {
    var events: [InputEvent] = []
    var rest = pending[...]
    while !rest.isEmpty {
      if paste != nil {
        guard let event = takePaste(&rest) else { break }
        events.append(event)
        continue
      }
      switch next(rest, isFinal: isFinal) {
      case .wait:
        pending = Array(rest)
        return events
      case .answer(let answer, let length):
        answers.append(answer)
        rest = rest.dropFirst(length)
      case .event(let event, let length):
        if let event { events.append(event) }
        rest = rest.dropFirst(max(1, length))
      case .pasteBegins(let length):
        paste = []
        rest = rest.dropFirst(length)
      }
    }
    pending = Array(rest)
    return events
  }

  private enum Step {
    case wait
    case answer(TerminalAnswer, length: Int)
    case event(InputEvent?, length: Int)
    case pasteBegins(length: Int)
  }

  private func next(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
    let first = bytes[bytes.startIndex]
    if first == 0x1B { return escape(bytes, isFinal: isFinal) }
    if first < 0x80 { return .event(Self.single(first).map { .key($0) }, length: 1) }
    return character(bytes, isFinal: isFinal)
  }

  private func escape(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
    if let (key, length) = known(bytes) { return .event(.key(key), length: length) }
    if !isFinal, sequences.beginnings.contains(Array(bytes.prefix(16))) { return .wait }
    guard bytes.count > 1 else {
      return isFinal ? .event(.key(Key(.escape)), length: 1) : .wait
    }
    let second = bytes[bytes.startIndex + 1]
    if second == 0x5B {
      switch ControlSequence.scan(bytes) {
      case .complete(let sequence, let length): return meaning(of: sequence, length: length)
      case .invalid(let length): return .event(nil, length: length)
      case .incomplete where !isFinal: return .wait
      case .incomplete:
        // Alt-[ or what is left of a sequence that broke off.
        return bytes.count == 2
          ? .event(.key(.character("[", .alt)), length: 2) : .event(nil, length: bytes.count)
      }
    }
    switch TerminalAnswer.scan(bytes) {
    case .none: break
    case .complete(let answer?, let length): return .answer(answer, length: length)
    case .complete(nil, let length): return .event(nil, length: length)
    case .incomplete where !isFinal: return .wait
    case .incomplete(let isSure):
      if isSure { return .event(nil, length: bytes.count) }
    }
    if second == 0x5D, bytes.count > 2, (0x30...0x39).contains(bytes[bytes.startIndex + 2]) {
      return answer(bytes, isFinal: isFinal)
    }
    if second == 0x5D, bytes.count == 2, !isFinal { return .wait }
    return alt(bytes, isFinal: isFinal)
  }

  /// An answer of the terminal (OSC); whatever it says, none of it is a key.
  private func answer(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
    switch ColorAnswer.scan(bytes) {
    case .complete(let answer, let length):
      let isBackground = answer?.command == 11
      return .event(
        isBackground ? .background(isLight: answer?.isLight == true) : nil, length: length)
    case .invalid(let length): return .event(nil, length: length)
    case .incomplete: return isFinal ? .event(nil, length: bytes.count) : .wait
    }
  }

  /// ESC before another key is Alt with it; two ESC are Escape, and then the second one.
  private func alt(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
    let rest = bytes.dropFirst()
    // Of many, all but the last two are Escape; this also bounds the recursion.
    if rest.count > 1, rest.starts(with: [0x1B, 0x1B]) {
      return .event(.key(Key(.escape)), length: 1)
    }
    switch next(rest, isFinal: isFinal) {
    case .wait: return .wait
    case .event(.key(var key), let length):
      if key.code == .escape, key.modifiers.isEmpty {
        return .event(.key(Key(.escape)), length: 1)
      }
      key.modifiers.insert(.alt)
      return .event(.key(key), length: length + 1)
    case .event, .answer, .pasteBegins: return .event(.key(Key(.escape)), length: 1)
    }
  }

  /// The longest known sequence that the bytes begin with.
  private func known(_ bytes: ArraySlice<UInt8>) -> (Key, Int)? {
    for length in stride(from: min(16, bytes.count), to: 1, by: -1) {
      if let key = sequences.keys[Array(bytes.prefix(length))] { return (key, length) }
    }
    return nil
  }

  private func meaning(of sequence: ControlSequence, length: Int) -> Step {
    if let mouse = sequence.mouse { return .event(.mouse(mouse), length: length) }
    if let answer = TerminalAnswer.meaning(of: sequence) { return .answer(answer, length: length) }
    if sequence.prefix == nil {
      switch (sequence.final, sequence.parameters.first) {
      case (0x7E, 200): return .pasteBegins(length: length)
      case (0x49, _): return .event(.focus(true), length: length)
      case (0x4F, _): return .event(.focus(false), length: length)
      default: break
      }
    }
    return .event(sequence.key.map { .key($0) }, length: length)
  }

  /// One byte below 0x80.
  private static func single(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x00: Key.character(" ", .control)
    case 0x09: Key(.tab)
    // The Enter key sends CR in raw mode; LF is Ctrl-J, or a line end of text typed by a program.
    case 0x0A, 0x0D: Key(.enter)
    case 0x08, 0x7F: Key(.backspace)
    case 0x1B: Key(.escape)
    case 0x01...0x1A: Key.character(Character(Unicode.Scalar(byte + 0x60)), .control)
    case 0x1C...0x1F: Key.character(Character(Unicode.Scalar(byte + 0x40)), .control)
    default: Key.character(Character(Unicode.Scalar(byte)))
    }
  }

  /// One character of UTF-8; a byte that is none is dropped.
  private func character(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> Step {
    let first = bytes[bytes.startIndex]
    let length =
      switch first {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    guard length > 1 else { return .event(nil, length: 1) }
    let available = bytes.prefix(length)
    for (offset, byte) in available.enumerated() where offset > 0 && byte & 0xC0 != 0x80 {
      return .event(nil, length: offset)
    }
    if available.count < length { return isFinal ? .event(nil, length: available.count) : .wait }
    guard let text = String(validating: available, as: UTF8.self), let character = text.first,
      !text.unicodeScalars.contains(where: { $0.value < 0xA0 })
    else { return .event(nil, length: length) }
    return .event(.key(.character(character)), length: length)
  }
}

extension InputDecoder {
  private static let pasteEnd = Array("\u{1B}[201~".utf8)

  /// Moves input into the paste; an event when its end is there.
  private mutating func takePaste(_ rest: inout ArraySlice<UInt8>) -> InputEvent? {
    var text = paste ?? []
    // The only reference, so that appending does not copy.
    paste = nil
    if let end = Self.firstIndex(of: Self.pasteEnd, in: rest) {
      text += rest[..<end]
      rest = rest[(end + Self.pasteEnd.count)...]
      return .paste(Self.text(Array(text.prefix(Self.pasteLimit))))
    }
    // The end may be cut in two: its longest beginning stays.
    var keep = min(rest.count, Self.pasteEnd.count - 1)
    while keep > 0, !Self.pasteEnd.starts(with: rest.suffix(keep)) { keep -= 1 }
    text += rest.dropLast(keep)
    if text.count > Self.pasteLimit { text.removeLast(text.count - Self.pasteLimit) }
    paste = text
    rest = rest.suffix(keep)
    return nil
  }

  private static func firstIndex(of needle: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= needle.count else { return nil }
    return (bytes.startIndex...(bytes.endIndex - needle.count)).first { index in
      bytes[index] == needle[0] && bytes[index..<(index + needle.count)].elementsEqual(needle)
    }
  }

  /// Terminals send line ends as CR.
  private static func text(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      if byte == 0x0A, index > 0, bytes[index - 1] == 0x0D { continue }
      result.append(byte == 0x0D ? 0x0A : byte)
    }
    return String(decoding: result, as: UTF8.self)
  }
}
