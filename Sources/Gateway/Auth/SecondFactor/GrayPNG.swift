import CZlib
import Foundation

/// PNG (ISO/IEC 15948) of eight-bit grey pixels; the workstation's encoder for images lies on the
/// other side of the module graph.
enum GrayPNG {
  /// - Returns: nil when the number of pixels is not `width` × `height`, or zlib has no memory.
  static func encode(_ pixels: [UInt8], width: Int, height: Int) -> Data? {
    guard width > 0, height > 0, width <= 16_384, height <= 16_384,
      pixels.count == width * height
    else { return nil }
    var rows: [UInt8] = []
    rows.reserveCapacity((width + 1) * height)
    for row in 0..<height {
      // No filter.
      rows.append(0)
      rows += pixels[row * width..<(row + 1) * width]
    }
    var length = compressBound(uLong(rows.count))
    var packed = [UInt8](repeating: 0, count: Int(length))
    guard compress2(&packed, &length, rows, uLong(rows.count), 9) == Z_OK else { return nil }
    var png = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    let header = bytes(UInt32(width)) + bytes(UInt32(height)) + [8, 0, 0, 0, 0]
    append("IHDR", header, to: &png)
    append("IDAT", Array(packed.prefix(Int(length))), to: &png)
    append("IEND", [], to: &png)
    return png
  }

  private static func append(_ type: String, _ content: [UInt8], to png: inout Data) {
    let body = Array(type.utf8) + content
    png += bytes(UInt32(content.count))
    png += body
    png += bytes(UInt32(truncatingIfNeeded: crc32(0, body, uInt(body.count))))
  }

  private static func bytes(_ value: UInt32) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }
}
