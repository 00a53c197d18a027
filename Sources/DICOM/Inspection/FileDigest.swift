import Crypto

/// Digests of whole files.
enum FileDigest {
  /// SHA-256 in lower-case hexadecimal, read in blocks.
  static func sha256(_ source: ByteSource) throws(DICOMError) -> String {
    var hash = SHA256()
    var offset = 0
    while offset < source.size {
      let length = min(1 << 20, source.size - offset)
      hash.update(data: try source.bytes(offset, length))
      offset += length
    }
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in hash.finalize() {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
