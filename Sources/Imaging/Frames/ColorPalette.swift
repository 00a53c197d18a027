import DICOM

/// Palette color lookup tables (DICOM PS3.3 C.7.6.3.1.5 and C.7.6.3.1.6), segmented ones expanded.
public struct ColorPalette: Sendable, Equatable {
  /// The stored value of the first entry.
  public var firstMapped: Int
  /// 8 or 16.
  public var bitsPerEntry: Int
  /// As many as ``green`` and ``blue``, at least 1.
  public var red: [UInt16]
  public var green: [UInt16]
  public var blue: [UInt16]

  /// - Returns: nil when the tables are empty or of different size.
  public init?(
    firstMapped: Int, bitsPerEntry: Int, red: [UInt16], green: [UInt16], blue: [UInt16]
  ) {
    guard !red.isEmpty, red.count == green.count, red.count == blue.count else { return nil }
    self.firstMapped = firstMapped
    self.bitsPerEntry = bitsPerEntry
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// The place in the tables of a stored value: values outside of them take the nearest end.
  public func entry(_ stored: Int) -> Int {
    let (place, overflow) = stored.subtractingReportingOverflow(firstMapped)
    if overflow { return stored < firstMapped ? 0 : red.count - 1 }
    return min(red.count - 1, max(0, place))
  }

  /// The colour of a stored value in 8 bits each.
  public func rgb8(_ stored: Int) -> (r: UInt8, g: UInt8, b: UInt8) {
    let place = entry(stored)
    let shift = UInt16(bitsPerEntry > 8 ? bitsPerEntry - 8 : 0)
    return (
      UInt8(truncatingIfNeeded: red[place] >> shift),
      UInt8(truncatingIfNeeded: green[place] >> shift),
      UInt8(truncatingIfNeeded: blue[place] >> shift)
    )
  }
}

extension ColorPalette {
  private static let colours: [(descriptor: Tag, data: Tag, segmented: Tag)] = [
    (Tag(0x0028, 0x1101), Tag(0x0028, 0x1201), Tag(0x0028, 0x1221)),
    (Tag(0x0028, 0x1102), Tag(0x0028, 0x1202), Tag(0x0028, 0x1222)),
    (Tag(0x0028, 0x1103), Tag(0x0028, 0x1203), Tag(0x0028, 0x1223)),
  ]

  /// Reads the tables of a data set.
  /// - Throws: ``FrameError/attribute(file:tag:problem:)`` when they are missing or inconsistent.
  init(_ dataSet: DataSet, file: String) throws(FrameError) {
    var tables: [[UInt16]] = []
    var first = 0
    var bits = 16
    for (index, tags) in Self.colours.enumerated() {
      let descriptor = try PaletteDescriptor(dataSet, tags.descriptor, file: file)
      if index == 0 { (first, bits) = (descriptor.first, descriptor.bits) }
      if let bytes = dataSet[tags.data]?.bytes, !bytes.isEmpty {
        tables.append(try descriptor.entries(bytes, tag: tags.data, file: file))
      } else if let bytes = dataSet[tags.segmented]?.bytes, !bytes.isEmpty {
        let isWords = descriptor.bits > 8
        let data = isWords ? PaletteDescriptor.words(bytes) : bytes.map { UInt16($0) }
        guard
          let table = PaletteSegments.expanded(data, isWords: isWords, count: descriptor.count)
        else {
          throw .attribute(file: file, tag: tags.segmented, problem: "has impossible segments")
        }
        tables.append(table)
      } else {
        throw .attribute(file: file, tag: tags.data, problem: "is missing")
      }
    }
    // Some writers put 8-bit colours into 16-bit entries.
    if bits > 8 && tables.allSatisfy({ $0.allSatisfy { $0 < 256 } }) { bits = 8 }
    let palette = ColorPalette(
      firstMapped: first, bitsPerEntry: bits, red: tables[0], green: tables[1], blue: tables[2])
    guard let palette else {
      throw .attribute(
        file: file, tag: Self.colours[0].descriptor, problem: "differs in size from the others")
    }
    self = palette
  }
}

/// A lookup table descriptor: number of entries, first value mapped, bits of an entry.
private struct PaletteDescriptor {
  var count: Int
  var first: Int
  var bits: Int

  init(_ dataSet: DataSet, _ tag: Tag, file: String) throws(FrameError) {
    guard let values = dataSet.ints(tag), values.count >= 3, let count = values[0],
      let first = values[1], let bits = values[2]
    else { throw .attribute(file: file, tag: tag, problem: "is missing or has not three values") }
    // Entries and bits are unsigned, also where the representation is SS.
    self.count = count & 0xFFFF == 0 ? 65_536 : count & 0xFFFF
    self.first = first
    self.bits = bits
    guard bits == 8 || bits == 16 else {
      throw .attribute(file: file, tag: tag, problem: "asks for entries of \(bits) bits")
    }
  }

  /// The entries of a table; 8-bit ones come two to a word, or one to a word.
  func entries(_ bytes: [UInt8], tag: Tag, file: String) throws(FrameError) -> [UInt16] {
    if bytes.count >= count * 2 { return Array(Self.words(bytes).prefix(count)) }
    guard bits == 8, bytes.count >= count else {
      throw .attribute(
        file: file, tag: tag,
        problem: "has \(bytes.count) bytes for \(count) entries of \(bits) bits")
    }
    return bytes.prefix(count).map { UInt16($0) }
  }

  static func words(_ bytes: [UInt8]) -> [UInt16] {
    (0..<bytes.count / 2).map { UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8 }
  }
}
