/// How a sequence reaches the terminal that draws: directly, or through tmux (its manual,
/// “allow-passthrough”).
enum Passthrough: Sendable, Equatable {
  case none
  case tmux

  func wrapped(_ sequence: [UInt8]) -> [UInt8] {
    guard self == .tmux else { return sequence }
    var result = Array("\u{1B}Ptmux;".utf8)
    result.reserveCapacity(sequence.count + 16)
    for byte in sequence {
      if byte == 0x1B { result.append(byte) }
      result.append(byte)
    }
    return result + [0x1B, 0x5C]
  }
}
