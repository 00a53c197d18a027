import Foundation

/// The programs that are built beside the tests.
enum Programs {
  static let folder = URL(
    fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? ""
  ).deletingLastPathComponent()

  static var decoderFault: String { folder.appendingPathComponent("decoder-fault").path }
}

/// Codestreams made by hand: enough for what reads headers.
enum Codestreams {
  /// SOC, SIZ, COD and the start of a tile.
  static func jpeg2000(
    columns: Int, rows: Int, components: Int = 1, depth: Int = 15, colourTransform: Int = 0,
    subsampling: Int = 1
  ) -> [UInt8] {
    var bytes: [UInt8] = [0xFF, 0x4F, 0xFF, 0x51]
    bytes += big16(38 + 3 * components) + big16(0)
    for value in [columns, rows, 0, 0, columns, rows, 0, 0] { bytes += big32(value) }
    bytes += big16(components)
    for _ in 0..<components { bytes += [UInt8(depth), UInt8(subsampling), UInt8(subsampling)] }
    bytes += [0xFF, 0x52] + big16(12) + [0, 0, 0, 1, UInt8(colourTransform), 5, 4, 4, 0, 1]
    return bytes + [0xFF, 0x90, 0xFF, 0xD9]
  }

  /// SOI, other segments, a frame header.
  static func jpeg(
    marker: UInt8 = 0xC0, columns: Int, rows: Int, components: [UInt8] = [1], precision: Int = 8,
    before: [UInt8] = []
  ) -> [UInt8] {
    var bytes: [UInt8] = [0xFF, 0xD8] + before + [0xFF, marker]
    bytes += big16(8 + 3 * components.count) + [UInt8(precision)] + big16(rows) + big16(columns)
    bytes.append(UInt8(components.count))
    for component in components { bytes += [component, 0x11, 0] }
    return bytes + [0xFF, 0xDA, 0, 2, 0xFF, 0xD9]
  }

  static func big16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }
  static func big32(_ value: Int) -> [UInt8] { big16(value >> 16) + big16(value) }
}
