import CIconv
import Glibc

/// Character set conversion by the C library.
enum Conversion {
  /// The text of `bytes`; what cannot be converted becomes U+FFFD. Without the conversion (a C
  /// library that lacks it) every byte above 127 does.
  static func text(_ bytes: [UInt8], from name: String) -> String {
    let descriptor = iconv_open("UTF-8", name)
    guard Int(bitPattern: descriptor) != -1 else {
      return String(decoding: bytes.map { $0 < 0x80 ? $0 : 0xFF }, as: UTF8.self)
    }
    defer { iconv_close(descriptor) }
    var output: [UInt8] = []
    var input = bytes.map { CChar(bitPattern: $0) }
    var room = [CChar](repeating: 0, count: 4096)
    input.withUnsafeMutableBufferPointer { source in
      var from = source.baseAddress
      var left = source.count
      while left > 0 {
        let (result, code, written) = room.withUnsafeMutableBufferPointer { target in
          var to = target.baseAddress
          var free = target.count
          let result = iconv(descriptor, &from, &left, &to, &free)
          return (result, errno, target.count - free)
        }
        output += room.prefix(written).map { UInt8(bitPattern: $0) }
        if result != -1 { continue }
        // E2BIG only wants an empty room; anything else is a byte to leave out.
        if code == E2BIG { continue }
        output += Array("\u{FFFD}".utf8)
        from = from.map { $0 + 1 }
        left -= 1
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
