import DICOM

/// Makes the bytes of a DICOM file around pixel data, also of files that no writer should make.
struct PixelFile {
  var rows = 2
  var columns = 3
  var samples = 1
  var photometric = "MONOCHROME2"
  var allocated = 16
  var stored: Int?
  var highBit: Int?
  var isSigned = false
  var planar: Int?
  var frames: String?
  var syntax = TransferSyntax.explicitLittleEndian.uid
  var pixelTag = Tag.pixelData
  var pixelVR = "OW"
  /// As they are to stand in the file.
  var pixels: [UInt8] = []
  /// Encapsulated pixel data instead.
  var fragments: [[UInt8]]?
  var offsetTable: [Int] = []
  /// More elements, or others instead; values in the file's byte order.
  var others: [Tag: (vr: String, bytes: [UInt8])] = [:]
  var omitted: Set<Tag> = []

  var isBigEndian: Bool { syntax == TransferSyntax.explicitBigEndian.uid }

  var bytes: [UInt8] {
    var elements: [Tag: (vr: String, bytes: [UInt8])] = [
      .sopClassUID: ("UI", Array("1.2.840.10008.5.1.4.1.1.7\0".utf8)),
      .samplesPerPixel: ("US", word(samples)),
      .photometricInterpretation: ("CS", text(photometric)),
      .rows: ("US", word(rows)), .columns: ("US", word(columns)),
      .bitsAllocated: ("US", word(allocated)), .bitsStored: ("US", word(stored ?? allocated)),
      .highBit: ("US", word(highBit ?? (stored ?? allocated) - 1)),
      .pixelRepresentation: ("US", word(isSigned ? 1 : 0)),
    ]
    if let planar { elements[.planarConfiguration] = ("US", word(planar)) }
    if let frames { elements[.numberOfFrames] = ("IS", text(frames)) }
    elements.merge(others) { $1 }
    for tag in omitted { elements[tag] = nil }
    var file = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
    file += Self.element(.transferSyntaxUID, "UI", even(Array(syntax.utf8), 0), big: false)
    for (tag, element) in elements.sorted(by: { $0.key < $1.key }) where tag < pixelTag {
      file += Self.element(tag, element.vr, element.bytes, big: isBigEndian)
    }
    guard let fragments else {
      return file + Self.element(pixelTag, pixelVR, even(pixels, 0), big: isBigEndian)
    }
    file += [0xE0, 0x7F, 0x10, 0x00] + Array("OB".utf8) + [0, 0, 0xFF, 0xFF, 0xFF, 0xFF]
    file += Self.item(offsetTable.flatMap { Self.long($0) })
    for fragment in fragments { file += Self.item(fragment) }
    return file + [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]
  }

  private func text(_ text: String) -> [UInt8] { even(Array(text.utf8), 0x20) }
  private func even(_ bytes: [UInt8], _ padding: UInt8) -> [UInt8] {
    bytes.count % 2 == 0 ? bytes : bytes + [padding]
  }
  private func word(_ value: Int) -> [UInt8] { Self.word(value, big: isBigEndian) }

  static func word(_ value: Int, big: Bool = false) -> [UInt8] {
    let bytes = [UInt8(value & 0xFF), UInt8(value >> 8 & 0xFF)]
    return big ? bytes.reversed() : bytes
  }

  static func long(_ value: Int, big: Bool = false) -> [UInt8] {
    let bytes = [0, 8, 16, 24].map { UInt8(value >> $0 & 0xFF) }
    return big ? bytes.reversed() : bytes
  }

  static func item(_ bytes: [UInt8]) -> [UInt8] {
    [0xFE, 0xFF, 0x00, 0xE0] + long(bytes.count) + bytes
  }

  static func element(_ tag: Tag, _ vr: String, _ bytes: [UInt8], big: Bool) -> [UInt8] {
    var result = word(Int(tag.group), big: big) + word(Int(tag.element), big: big) + Array(vr.utf8)
    if ["OB", "OW", "OF", "OD", "OV", "UN", "UV", "SQ"].contains(vr) {
      result += [0, 0] + long(bytes.count, big: big)
    } else {
      result += word(bytes.count, big: big)
    }
    return result + bytes
  }
}
