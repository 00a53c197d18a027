/// Base64 (RFC 4648 section 4), with padding.
enum Base64 {
  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encoded(_ bytes: [UInt8]) -> [UInt8] {
    let length = (bytes.count + 2) / 3 * 4
    return [UInt8](unsafeUninitializedCapacity: length) { target, count in
      digits.withUnsafeBufferPointer { digits in
        bytes.withUnsafeBufferPointer { bytes in
          var to = 0
          var from = 0
          while from < bytes.count {
            let left = bytes.count - from
            let word =
              Int(bytes[from]) << 16 | (left > 1 ? Int(bytes[from + 1]) << 8 : 0)
              | (left > 2 ? Int(bytes[from + 2]) : 0)
            target[to] = digits[word >> 18]
            target[to + 1] = digits[word >> 12 & 63]
            target[to + 2] = left > 1 ? digits[word >> 6 & 63] : 0x3D
            target[to + 3] = left > 2 ? digits[word & 63] : 0x3D
            from += 3
            to += 4
          }
        }
      }
      count = length
    }
  }
}
