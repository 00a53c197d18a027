import DICOM
import Foundation
import Imaging
import Testing

@Suite struct PaletteTests {
  private func file(
    count: Int, first: Int, bits: Int, data: [UInt8], segmented: Bool = false,
    isSigned: Bool = false
  ) -> PixelFile {
    var file = PixelFile(
      rows: 1, columns: 4, photometric: "PALETTE COLOR", allocated: 8, isSigned: isSigned,
      pixels: [0, 9, 10, 255])
    let descriptor = PixelFile.word(count) + PixelFile.word(first) + PixelFile.word(bits)
    for colour in 1...3 {
      let shifted = data.map { $0 &+ UInt8(colour - 1) }
      file.others[DICOM.Tag(0x0028, UInt16(0x1100 + colour))] = (isSigned ? "SS" : "US", descriptor)
      let group = UInt16((segmented ? 0x1220 : 0x1200) + colour)
      file.others[DICOM.Tag(0x0028, group)] = ("OW", segmented ? data : shifted)
    }
    return file
  }

  private func palette(_ file: PixelFile) throws -> ColorPalette {
    let frame = try FrameReader(bytes: file.bytes, name: "test.dcm").frame(0)
    #expect(frame.photometric == .paletteColor)
    return try #require(frame.palette)
  }

  /// An index beyond the tables is the published way to make viewers read beyond them.
  @Test func indicesOutOfRangeTakeTheEnds() throws {
    let palette = try palette(file(count: 4, first: 8, bits: 8, data: [10, 20, 30, 40]))
    #expect(palette.firstMapped == 8 && palette.bitsPerEntry == 8)
    #expect(palette.rgb8(9) == (20, 21, 22))
    #expect(palette.rgb8(0) == (10, 11, 12))
    #expect(palette.rgb8(255) == (40, 41, 42))
    #expect(palette.rgb8(.max) == (40, 41, 42))
    #expect(palette.rgb8(.min) == (10, 11, 12))
  }

  @Test func signedFirstValueWithAllEntries() throws {
    // 0 entries stands for 65,536; the first value is −32,768.
    let data = (0..<65_536).flatMap { PixelFile.word($0) }
    var file = file(count: 0, first: 0x8000, bits: 16, data: [], isSigned: true)
    for colour in 1...3 { file.others[DICOM.Tag(0x0028, UInt16(0x1200 + colour))] = ("OW", data) }
    let palette = try palette(file)
    #expect(palette.firstMapped == -32_768 && palette.red.count == 65_536)
    #expect(palette.rgb8(-32_768).r == 0)
    #expect(palette.rgb8(0).r == 0x80)
    #expect(palette.rgb8(32_767).r == 0xFF)
  }

  @Test func eightBitColoursInWords() throws {
    let data = [10, 20, 30, 40].flatMap { PixelFile.word($0) }
    // Declared as 16 bits, but no colour needs more than 8: they would all be black.
    var file = file(count: 4, first: 0, bits: 16, data: [])
    for colour in 1...3 { file.others[DICOM.Tag(0x0028, UInt16(0x1200 + colour))] = ("OW", data) }
    #expect(try palette(file).rgb8(3) == (40, 40, 40))
  }

  @Test func segmentsAreExpanded() throws {
    // Discrete 0, 10; linear to 20 in 5 steps; the first segment again (from byte 0).
    let words = [0, 2, 0, 10, 1, 5, 20, 2, 1, 0, 0]
    let file = file(
      count: 9, first: 0, bits: 16, data: words.flatMap { PixelFile.word($0) }, segmented: true)
    #expect(try palette(file).red == [0, 10, 12, 14, 16, 18, 20, 0, 10])
  }

  @Test func impossibleTablesAreNamed() {
    let broken: [PixelFile] = [
      file(count: 200, first: 0, bits: 8, data: [1, 2, 3, 4]),
      file(count: 4, first: 0, bits: 12, data: [1, 2, 3, 4]),
      // A linear segment without a beginning, and one that refers to itself.
      file(
        count: 4, first: 0, bits: 16, data: [1, 4, 9].flatMap { PixelFile.word($0) },
        segmented: true),
      file(
        count: 4, first: 0, bits: 16,
        data: [0, 1, 5, 2, 1, 6, 0].flatMap { PixelFile.word($0) }, segmented: true),
      file(
        count: 4, first: 0, bits: 16,
        data: [0, 1, 5, 2, 9, 0xFFFE, 0xFFFF].flatMap { PixelFile.word($0) }, segmented: true),
    ]
    for file in broken {
      #expect { try FrameReader(bytes: file.bytes, name: "test.dcm") } throws: { error in
        if case FrameError.attribute = error { true } else { false }
      }
    }
    let missing = PixelFile(rows: 1, photometric: "PALETTE COLOR", allocated: 8, pixels: [1, 2, 3])
    #expect(throws: FrameError.self) { try FrameReader(bytes: missing.bytes, name: "test.dcm") }
  }
}
