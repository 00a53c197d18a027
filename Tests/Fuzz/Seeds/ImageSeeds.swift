@testable import DICOM

/// Images of every kind that is decoded in the program itself.
extension WriteSeeds {
  func images() throws {
    let ramp = (0..<48).map { UInt8($0 * 5) }
    func add(_ name: String, _ change: (inout PixelFile) -> Void) throws {
      var file = PixelFile(rows: 4, columns: 6, pixels: ramp)
      change(&file)
      try write("Frames", name, file.bytes)
      try write("DataSet", "image-\(name)", file.bytes)
    }
    try add("grey16") { $0.others = Self.shown }
    try add("signed12") {
      $0.stored = 12
      $0.isSigned = true
    }
    try add("big") { $0.syntax = TransferSyntax.explicitBigEndian.uid }
    try add("bits") { file in
      file.allocated = 1
      file.frames = "2"
      file.pixels = Array(ramp.prefix(6))
    }
    try add("frames") { file in
      file.allocated = 8
      file.frames = "2"
      file.others = Self.shown
    }
    for planar in [0, 1] {
      try add("colour\(planar)") { file in
        (file.rows, file.columns, file.samples) = (4, 4, 3)
        (file.photometric, file.allocated, file.planar) = ("YBR_FULL", 8, planar)
      }
    }
    try add("halved") { file in
      (file.rows, file.samples, file.photometric) = (4, 3, "YBR_FULL_422")
      (file.allocated, file.planar) = (8, 0)
    }
    try add("palette") { file in
      (file.photometric, file.allocated) = ("PALETTE COLOR", 8)
      file.pixels = Array(ramp.prefix(24))
      for element in 0..<3 as Range<UInt16> {
        file.others[Tag(0x0028, 0x1101 + element)] = ("US", [16, 0, 0, 0, 16, 0])
        file.others[Tag(0x0028, 0x1201 + element)] = ("OW", Array(ramp.prefix(32)))
      }
    }
    try add("segmented") { file in
      (file.photometric, file.allocated) = ("PALETTE COLOR", 8)
      file.pixels = Array(ramp.prefix(24))
      for element in 0..<3 as Range<UInt16> {
        file.others[Tag(0x0028, 0x1101 + element)] = ("US", [16, 0, 0, 0, 16, 0])
        // Discrete, linear, and a repetition of both.
        file.others[Tag(0x0028, 0x1221 + element)] = (
          "OW", [0, 0, 2, 0, 1, 0, 2, 0, 1, 0, 6, 0, 0xFF, 0, 2, 0, 2, 0, 0, 0, 0, 0]
        )
      }
    }
    let planes = [Array(ramp.prefix(24)), Array(ramp.suffix(24))]
    try add("rle") { file in
      file.syntax = "1.2.840.10008.1.2.5"
      file.fragments = [RLEPacker.encoded(planes)]
    }
    try add("rle-frames") { file in
      (file.syntax, file.allocated, file.frames) = ("1.2.840.10008.1.2.5", 8, "2")
      let first = RLEPacker.encoded([planes[0]])
      let second = RLEPacker.encoded([planes[1]])
      file.fragments = [first, Array(second.prefix(66)), Array(second.dropFirst(66))]
      file.offsetTable = [0, 8 + first.count]
    }
    try add("deflated-frames") { file in
      (file.syntax, file.allocated, file.frames) = ("1.2.840.10008.1.2.8.1", 8, "2")
      file.fragments = planes.map { Deflate.raw($0) ?? [] }
    }
    try add("encapsulated") { file in
      file.syntax = "1.2.840.10008.1.2.1.98"
      file.fragments = [ramp]
    }
    try add("jpeg2000") { file in
      file.syntax = "1.2.840.10008.1.2.4.90"
      file.fragments = [Codestreams.jpeg2000(columns: 6, rows: 4)]
    }
    for (name, count) in [("one", 1), ("two", 2), ("three", 3)] {
      let packed = RLEPacker.encoded((0..<count).map { _ in Array(ramp.prefix(15)) })
      try write("RLE", name, [UInt8(count - 1), 2] + packed)
    }
  }

  /// What says how an image is shown, and where it lies.
  private static let shown: [Tag: (vr: String, bytes: [UInt8])] = [
    .windowCenter: ("DS", Array("40\\300".utf8)), .windowWidth: ("DS", Array("400\\1500 ".utf8)),
    .rescaleIntercept: ("DS", Array("-1024 ".utf8)), .rescaleSlope: ("DS", Array("1 ".utf8)),
    .pixelSpacing: ("DS", Array("0.5\\0.5 ".utf8)),
    .imagePositionPatient: ("DS", Array("-10\\-20\\30.5 ".utf8)),
    .imageOrientationPatient: ("DS", Array("1\\0\\0\\0\\1\\0 ".utf8)),
    Tag(0x6000, 0x0010): ("US", [4, 0]), Tag(0x6000, 0x0011): ("US", [6, 0]),
    Tag(0x6000, 0x0040): ("CS", Array("G ".utf8)), Tag(0x6000, 0x0050): ("SS", [1, 0, 1, 0]),
    Tag(0x6000, 0x0100): ("US", [1, 0]), Tag(0x6000, 0x0102): ("US", [0, 0]),
    Tag(0x6000, 0x3000): ("OW", [0x55, 0xAA, 0x0F, 0]),
  ]

  func codestreams() throws {
    let jfif: [UInt8] = [0xFF, 0xE0, 0, 7] + Array("JFIF\0".utf8)
    let adobe: [UInt8] = [0xFF, 0xEE, 0, 14] + Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 1]
    let stream = Codestreams.jpeg2000(columns: 300, rows: 200, components: 3, colourTransform: 1)
    let boxes = Codestreams.big32(12) + Array("jP  ".utf8) + [0x0D, 0x0A, 0x87, 0x0A]
    for (name, bytes) in [
      ("baseline", Codestreams.jpeg(columns: 64, rows: 48, components: [1, 2, 3], before: jfif)),
      ("adobe", Codestreams.jpeg(columns: 64, rows: 48, components: [1, 2, 3], before: adobe)),
      ("lossless", Codestreams.jpeg(marker: 0xC3, columns: 3, rows: 2, precision: 16)),
      ("ls", Codestreams.jpeg(marker: 0xF7, columns: 3, rows: 2, precision: 12)), ("j2k", stream),
      ("jp2", boxes + Codestreams.big32(8 + stream.count) + Array("jp2c".utf8) + stream),
    ] {
      try write("Codestream", name, bytes)
    }
  }
}
