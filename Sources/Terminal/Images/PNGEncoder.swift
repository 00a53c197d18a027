public import Screen

/// Writes pictures as PNG files (ISO/IEC 15948): 8-bit grey or RGB.
public enum PNGEncoder {
  /// What matters more.
  public enum Effort: Sendable {
    /// For a picture that is on its way to the screen.
    case fast
    /// For a file.
    case small
  }

  /// The file; empty for a picture without pixels.
  public static func encode(_ raster: Raster, effort: Effort = .small) -> [UInt8] {
    guard raster.width > 0, raster.height > 0 else { return [] }
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let header =
      bigEndian(raster.width) + bigEndian(raster.height)
      + [8, raster.channels == 3 ? 2 : 0, 0, 0, 0]
    chunk("IHDR", header, to: &file)
    chunk(
      "IDAT", Zlib.compressed(filtered(raster), level: effort == .fast ? 1 : 8), to: &file)
    chunk("IEND", [], to: &file)
    return file
  }

  /// Each row as the difference from its left neighbours (filter type 1): the cheapest filter that
  /// helps with pictures of the kind that scanners make.
  private static func filtered(_ raster: Raster) -> [UInt8] {
    let line = raster.width * raster.channels
    let channels = raster.channels
    return [UInt8](unsafeUninitializedCapacity: (line + 1) * raster.height) { target, count in
      raster.pixels.withUnsafeBufferPointer { source in
        for row in 0..<raster.height {
          let from = row * line
          let to = row * (line + 1)
          target[to] = 1
          for index in 0..<min(channels, line) { target[to + 1 + index] = source[from + index] }
          for index in min(channels, line)..<line {
            target[to + 1 + index] = source[from + index] &- source[from + index - channels]
          }
        }
      }
      count = (line + 1) * raster.height
    }
  }

  private static func chunk(_ name: String, _ content: [UInt8], to file: inout [UInt8]) {
    file += bigEndian(content.count)
    let start = file.count
    file += Array(name.utf8)
    file += content
    file += bigEndian(Int(Zlib.checksum(file[start...])))
  }

  private static func bigEndian(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}
