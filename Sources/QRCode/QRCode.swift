import CQREncode

/// A QR code (ISO/IEC 18004) as a square of modules, without quiet zone.
public struct QRCode: Sendable, Equatable {
  /// Modules on one side, 21 … 177.
  public let size: Int
  private let dark: [Bool]

  /// Encodes bytes with error correction level M in the smallest version that holds them.
  /// - Returns: nil for no text, a text with NUL, or more than 2,331 bytes.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard (1...2_331).contains(bytes.count), !bytes.contains(0),
      let count = Int32(exactly: bytes.count),
      let code = QRcode_encodeData(count, bytes, 0, QR_ECLEVEL_M)
    else { return nil }
    defer { QRcode_free(code) }
    let size = Int(code.pointee.width)
    guard (21...177).contains(size), let data = code.pointee.data else { return nil }
    self.size = size
    // The lowest bit is the colour; the others are the library's own notes.
    dark = (0..<size * size).map { data[$0] & 1 == 1 }
  }

  /// Whether a module is dark; everything outside is light.
  public subscript(column: Int, row: Int) -> Bool {
    guard (0..<size).contains(column), (0..<size).contains(row) else { return false }
    return dark[row * size + column]
  }
}
