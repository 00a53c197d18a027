import CZlib
public import Foundation

/// Decoders for what the encoders write, written apart from them.
public enum PictureDecoding {
  public struct Picture: Equatable {
    public var width: Int
    public var height: Int
    public var channels: Int
    public var pixels: [UInt8]
  }

  public struct Problem: Error { public var text: String }

  public static func inflate(_ data: Data, expected: Int) throws -> [UInt8] {
    var length = uLong(expected)
    var result = [UInt8](repeating: 0, count: expected)
    let bytes = [UInt8](data)
    guard uncompress(&result, &length, bytes, uLong(bytes.count)) == Z_OK, length == expected
    else { throw Problem(text: "cannot be inflated to \(expected) bytes") }
    return result
  }

  /// PNG with 8 bits, grey or RGB, with any filter; checksums are checked.
  public static func png(_ data: Data) throws -> Picture {
    let bytes = [UInt8](data)
    guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
      throw Problem(text: "no PNG signature")
    }
    func number(_ at: Int) -> Int { bytes[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) } }
    var index = 8
    var names: [String] = []
    var header: [UInt8] = []
    var compressed = Data()
    while index < bytes.count {
      let length = number(index)
      let body = Array(bytes[(index + 4)..<(index + 8 + length)])
      guard crc32(0, body, UInt32(body.count)) == UInt(number(index + 8 + length)) else {
        throw Problem(text: "wrong checksum")
      }
      let name = String(decoding: body[..<4], as: UTF8.self)
      names.append(name)
      if name == "IHDR" { header = Array(body[4...]) }
      if name == "IDAT" { compressed += body[4...] }
      index += 12 + length
    }
    guard names == ["IHDR", "IDAT", "IEND"], header[8] == 8, header[9] == 0 || header[9] == 2
    else { throw Problem(text: "unexpected chunks \(names)") }
    let width = header[0..<4].reduce(0) { $0 << 8 | Int($1) }
    let height = header[4..<8].reduce(0) { $0 << 8 | Int($1) }
    let channels = header[9] == 2 ? 3 : 1
    let line = width * channels
    let raw = try inflate(compressed, expected: (line + 1) * height)
    var pixels: [UInt8] = []
    for row in 0..<height {
      let filter = raw[row * (line + 1)]
      for x in 0..<line {
        let value = raw[row * (line + 1) + 1 + x]
        let left = x >= channels ? pixels[row * line + x - channels] : 0
        let up = row > 0 ? pixels[(row - 1) * line + x] : 0
        switch filter {
        case 0: pixels.append(value)
        case 1: pixels.append(value &+ left)
        case 2: pixels.append(value &+ up)
        default: throw Problem(text: "filter \(filter)")
        }
      }
    }
    return Picture(width: width, height: height, channels: channels, pixels: pixels)
  }

  /// A sixel string's content after `ESC P`: RGB.
  public static func sixel(_ body: [UInt8]) throws -> Picture {
    guard let start = body.firstIndex(of: 0x71) else { throw Problem(text: "no q") }
    var colors: [Int: [UInt8]] = [:]
    var index = start + 1
    func numbers() -> [Int] {
      var result: [Int] = [0]
      while index < body.count, body[index] == 0x3B || (0x30...0x39).contains(body[index]) {
        if body[index] == 0x3B {
          result.append(0)
        } else {
          result[result.count - 1] = result[result.count - 1] * 10 + Int(body[index] - 0x30)
        }
        index += 1
      }
      return result
    }
    guard body[index] == 0x22 else { throw Problem(text: "no raster attributes") }
    index += 1
    let raster = numbers()
    guard raster.count == 4, raster[0] == 1, raster[1] == 1 else {
      throw Problem(text: "raster \(raster)")
    }
    let (width, height) = (raster[2], raster[3])
    var pixels = [UInt8](repeating: 0, count: width * height * 3)
    var written = [Bool](repeating: false, count: width * height)
    var (x, band, color, count) = (0, 0, 0, 1)
    while index < body.count {
      let byte = body[index]
      index += 1
      switch byte {
      case 0x23:
        let values = numbers()
        color = values[0]
        if values.count == 5 {
          guard values[1] == 2 else { throw Problem(text: "colour space \(values[1])") }
          colors[color] = values[2...].map { UInt8(($0 * 255 + 50) / 100) }
        }
      case 0x21: count = numbers()[0]
      case 0x24: x = 0
      case 0x2D:
        x = 0
        band += 1
      case 0x3F...0x7E:
        for _ in 0..<count {
          for bit in 0..<6 where (byte - 0x3F) >> UInt8(bit) & 1 == 1 {
            let y = band * 6 + bit
            guard x < width, y < height, let rgb = colors[color] else {
              throw Problem(text: "draws outside at \(x), \(y)")
            }
            written[y * width + x] = true
            for channel in 0..<3 { pixels[(y * width + x) * 3 + channel] = rgb[channel] }
          }
          x += 1
        }
        count = 1
      default: throw Problem(text: "byte \(byte)")
      }
    }
    guard !written.contains(false) else { throw Problem(text: "pixels left out") }
    return Picture(width: width, height: height, channels: 3, pixels: pixels)
  }
}
