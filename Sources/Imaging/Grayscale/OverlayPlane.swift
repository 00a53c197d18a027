import DICOM

/// A one-bit graphic over an image (DICOM PS3.3 C.9.2, groups 6000 to 601E).
public struct OverlayPlane: Sendable, Equatable {
  public var columns: Int
  public var rows: Int
  /// The image pixel of its first one, from 0; may lie outside.
  public var left: Int
  public var top: Int
  /// True for a region of interest, false for graphics.
  public var isRegion: Bool
  /// What the file calls it; may be empty.
  public var label: String
  /// A bit for each pixel, row by row, the lowest bit of a byte first.
  public var bits: [UInt8]

  /// Nil when there are too few bits, or no pixels.
  public init?(
    columns: Int, rows: Int, left: Int = 0, top: Int = 0, isRegion: Bool = false,
    label: String = "", bits: [UInt8]
  ) {
    guard (1...65_535).contains(columns), (1...65_535).contains(rows),
      bits.count >= (columns * rows + 7) / 8
    else { return nil }
    self.columns = columns
    self.rows = rows
    self.left = left
    self.top = top
    self.isRegion = isRegion
    self.label = label
    self.bits = bits
  }

  /// Whether a pixel of the image is marked.
  public subscript(column: Int, row: Int) -> Bool {
    let x = column - left
    let y = row - top
    guard x >= 0, y >= 0, x < columns, y < rows else { return false }
    return isSet(y * columns + x)
  }

  private func isSet(_ bit: Int) -> Bool { bits[bit >> 3] >> UInt8(bit & 7) & 1 == 1 }

  /// Makes the marked pixels of an image of one brightness.
  public func draw(onto image: inout DisplayImage, brightness: UInt8 = 255) {
    let channels = image.channels
    for y in max(0, -top)..<max(max(0, -top), min(rows, image.height - top)) {
      for x in max(0, -left)..<max(max(0, -left), min(columns, image.width - left))
      where isSet(y * columns + x) {
        let place = ((y + top) * image.width + x + left) * channels
        for channel in 0..<channels { image.pixels[place + channel] = brightness }
      }
    }
  }

  /// The overlays that belong to a frame of a file.
  static func read(_ dataSet: DataSet, frame: Int, _ problems: inout [String]) -> [OverlayPlane] {
    stride(from: UInt16(0x6000), through: 0x601E, by: 2).compactMap { group in
      guard let rows = dataSet.int(Tag(group, 0x0010)),
        let columns = dataSet.int(Tag(group, 0x0011))
      else { return nil }
      guard let data = dataSet[Tag(group, 0x3000)]?.bytes else {
        problems.append(
          dataSet.int(Tag(group, 0x0102)) ?? 0 == 0
            ? "The overlay \(name(group)) has no data."
            : "The overlay \(name(group)) lies in unused bits of the pixels and is not shown.")
        return nil
      }
      let count = max(1, dataSet.int(Tag(group, 0x0015)) ?? 1)
      let origin = max(1, dataSet.int(Tag(group, 0x0051)) ?? 1)
      // Without frames of its own, an overlay belongs to every frame of the image.
      let index = dataSet[Tag(group, 0x0015)] == nil ? 0 : frame - (origin - 1)
      guard index >= 0, index < count else { return nil }
      let place = dataSet.ints(Tag(group, 0x0050))?.compactMap { $0 } ?? []
      guard let bits = Self.bits(data, index: index, columns: columns, rows: rows),
        let plane = OverlayPlane(
          columns: columns, rows: rows, left: place.count > 1 ? clamped(place[1]) : 0,
          top: place.first.map(clamped) ?? 0, isRegion: dataSet.string(Tag(group, 0x0040)) == "R",
          label: dataSet.string(Tag(group, 0x1500)) ?? "", bits: bits)
      else {
        problems.append("The overlay \(name(group)) is shorter than its rows and columns say.")
        return nil
      }
      return plane
    }
  }

  /// The bits of one frame, moved to the beginning of a byte: frames follow each other bit by bit.
  private static func bits(_ data: [UInt8], index: Int, columns: Int, rows: Int) -> [UInt8]? {
    guard (1...65_535).contains(columns), (1...65_535).contains(rows),
      index < data.count * 8 / (columns * rows)
    else { return nil }
    let first = index * columns * rows
    let length = (columns * rows + 7) / 8
    let shift = UInt16(first & 7)
    return (0..<length).map { offset in
      let byte = first >> 3 + offset
      let low = UInt16(byte < data.count ? data[byte] : 0)
      let high = UInt16(byte + 1 < data.count ? data[byte + 1] : 0)
      return UInt8(truncatingIfNeeded: (high << 8 | low) >> shift)
    }
  }

  private static func clamped(_ place: Int) -> Int { min(max(place, -65_536), 65_536) - 1 }

  private static func name(_ group: UInt16) -> String { String(group, radix: 16) }
}
