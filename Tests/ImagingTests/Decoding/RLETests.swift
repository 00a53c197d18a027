import DICOM
import Foundation
import Imaging
import Testing

@Suite struct RLETests {
  static let syntax = "1.2.840.10008.1.2.5"

  private func planes(_ data: [UInt8], _ count: Int, _ bytes: Int) throws(RLE.Problem) -> [UInt8] {
    var failure: RLE.Problem?
    let result = data.withUnsafeBytes { raw -> [UInt8] in
      do throws(RLE.Problem) {
        return try RLE.planes(raw, planes: count, planeBytes: bytes)
      } catch {
        failure = error
        return []
      }
    }
    if let failure { throw failure }
    return result
  }

  @Test func whatIsPackedIsUnpacked() throws {
    var random = SystemRandomNumberGenerator()
    for size in [1, 2, 3, 15, 16, 17, 127, 128, 129, 130, 145, 300, 1000, 4096] {
      for spread in [1, 2, 4, 255] as [UInt8] {
        let all = (0..<3).map { _ in
          (0..<size).map { _ in UInt8.random(in: 0...spread, using: &random) }
        }
        #expect(try planes(RLEPacker.encoded(all), 3, size) == all.flatMap { $0 })
      }
    }
  }

  @Test func samplesArePutTogetherFromTheirBytes() throws {
    var file = PixelFile(rows: 1, columns: 3, isSigned: true, syntax: Self.syntax)
    file.fragments = [RLEPacker.encoded([[0x01, 0xFF, 0x80], [0x02, 0xFE, 0x00]])]
    #expect(
      try FrameReader(bytes: file.bytes, name: "a").frame(0).pixels == .int16([0x0102, -2, -32768]))
    file = PixelFile(
      rows: 1, columns: 2, samples: 3, photometric: "RGB", allocated: 16, planar: 1,
      syntax: Self.syntax)
    file.fragments = [RLEPacker.encoded([[1, 2], [3, 4], [5, 6], [7, 8], [9, 10], [11, 12]])]
    #expect(
      try FrameReader(bytes: file.bytes, name: "a").frame(0).pixels
        == .uint16([0x0103, 0x0507, 0x090B, 0x0204, 0x0608, 0x0A0C]))
    file = PixelFile(rows: 1, columns: 1, allocated: 32, syntax: Self.syntax)
    file.fragments = [RLEPacker.encoded([[1], [2], [3], [4]])]
    #expect(
      try FrameReader(bytes: file.bytes, name: "a").frame(0).pixels == .uint32([0x0102_0304]))
  }

  @Test func liesOfTheHeaderAreNamed() throws {
    let sound = RLEPacker.encoded([[UInt8](repeating: 1, count: 20), Array(0..<20)])
    #expect(throws: RLE.Problem.noHeader(bytes: 63)) { try planes(Array(sound.prefix(63)), 2, 20) }
    #expect(throws: RLE.Problem.segmentCount(found: 2, expected: 3)) { try planes(sound, 3, 20) }
    var bytes = sound
    bytes[0] = 0xFF
    #expect(throws: RLE.Problem.segmentCount(found: 255, expected: 2)) { try planes(bytes, 2, 20) }
    // Segments within the header, behind the end, and one before its predecessor.
    for (segment, offset) in [(0, 0), (0, 63), (1, 0xFFFF_FFFF), (1, 63), (0, 0x7FFF_FFFF)] {
      var bytes = sound
      bytes.replaceSubrange(4 + segment * 4..<8 + segment * 4, with: PixelFile.long(offset))
      #expect(throws: RLE.Problem.segmentOffset(segment: segment, offset: offset)) {
        try planes(bytes, 2, 20)
      }
    }
  }

  @Test func shortAndLongSegments() throws {
    let sound = RLEPacker.encoded([Array(0..<200)])
    // Cut anywhere, also within a literal run and behind a control byte.
    for length in 64..<sound.count - 1 {
      #expect(throws: RLE.Problem.self) { try planes(Array(sound.prefix(length)), 1, 200) }
    }
    // What does not fit into the image is left out.
    #expect(try planes(sound, 1, 150) == Array(0..<150))
    // A control byte of −128 means nothing.
    let padded = Array(sound[..<64]) + [0x80, 0x80] + Array(sound[64...])
    #expect(try planes(padded, 1, 200) == Array(0..<200))
    // Repetitions beyond the end of the image.
    let header = PixelFile.long(1) + PixelFile.long(64) + [UInt8](repeating: 0, count: 56)
    #expect(try planes(header + [0x81, 9], 1, 5) == [9, 9, 9, 9, 9])
    #expect(throws: RLE.Problem.shortSegment(segment: 0, bytes: 0, expected: 5)) {
      try planes(header + [0x81], 1, 5)
    }
  }

  @Test func theFileAndFrameAreNamed() throws {
    var file = PixelFile(syntax: Self.syntax)
    file.fragments = [RLEPacker.encoded([[1, 2, 3, 4, 5, 6]])]
    #expect {
      try FrameReader(bytes: file.bytes, name: "slice7.dcm").frame(0)
    } throws: { error in
      "\(error)".hasPrefix("slice7.dcm: frame 1 is damaged: its RLE data has 1 segments")
    }
  }
}
