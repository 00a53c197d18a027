extension QRCode {
  /// Lines of half blocks, two modules a character, with a quiet zone: `█` and space are light and
  /// dark, for a terminal that writes light on dark. The caller sets the colours.
  /// - Parameter quiet: modules of quiet zone; the standard asks for 4, readers take 2.
  public func halfBlocks(quiet: Int = 2) -> [String] {
    stride(from: -quiet, to: size + quiet, by: 2).map { row in
      String(
        (-quiet..<size + quiet).map { column -> Character in
          switch (self[column, row], self[column, row + 1]) {
          case (false, false): "█"
          case (false, true): "▀"
          case (true, false): "▄"
          case (true, true): " "
          }
        })
    }
  }
}
