import Screen

/// What special keys send, byte for byte: the terminal type's own sequences, and those that nearly
/// all terminals share, because the type is often set wrong.
struct KeySequences {
  private(set) var keys: [[UInt8]: Key] = [:]
  /// All beginnings of the sequences: input that is one of these waits for more.
  private(set) var beginnings: Set<[UInt8]> = []

  /// - Parameter capability: a string capability of the terminal type by its terminfo name.
  init(capability: (String) -> [UInt8]?) {
    for (text, key) in Self.common { add(Array(text.utf8), key) }
    for (name, key) in Self.names {
      if let bytes = capability(name) { add(bytes, key) }
    }
    for number in 1...24 {
      if let bytes = capability("kf\(number)") { add(bytes, Self.function(number)) }
    }
  }

  private mutating func add(_ bytes: [UInt8], _ key: Key) {
    guard bytes.count > 1, bytes.count <= 16, bytes[0] == 0x1B else { return }
    keys[bytes] = key
    for length in 1..<bytes.count { beginnings.insert(Array(bytes[..<length])) }
  }

  /// F13…F24 of terminfo are what xterm sends for Shift with F1…F12.
  private static func function(_ number: Int) -> Key {
    number > 12 ? Key(.function(number - 12), .shift) : Key(.function(number))
  }

  private static let names: [(String, Key)] = [
    ("kcuu1", Key(.up)), ("kcud1", Key(.down)), ("kcub1", Key(.left)), ("kcuf1", Key(.right)),
    ("khome", Key(.home)), ("kend", Key(.end)), ("kpp", Key(.pageUp)), ("knp", Key(.pageDown)),
    ("kdch1", Key(.delete)), ("kich1", Key(.insert)), ("kcbt", Key(.backTab)),
    ("kent", Key(.enter)),
  ]

  private static let common: [(String, Key)] = [
    ("\u{1B}OA", Key(.up)), ("\u{1B}OB", Key(.down)), ("\u{1B}OC", Key(.right)),
    ("\u{1B}OD", Key(.left)), ("\u{1B}OH", Key(.home)), ("\u{1B}OF", Key(.end)),
    ("\u{1B}OM", Key(.enter)),
    ("\u{1B}OP", Key(.function(1))), ("\u{1B}OQ", Key(.function(2))),
    ("\u{1B}OR", Key(.function(3))), ("\u{1B}OS", Key(.function(4))),
    // The Linux console.
    ("\u{1B}[[A", Key(.function(1))), ("\u{1B}[[B", Key(.function(2))),
    ("\u{1B}[[C", Key(.function(3))), ("\u{1B}[[D", Key(.function(4))),
    ("\u{1B}[[E", Key(.function(5))),
  ]
}
