import DICOM
import Foundation
import Imaging
import Testing

/// Uncompressed pixel data in every form that the standard allows, and some that equipment writes.
@Suite struct NativeFrameTests {
  private func frame(_ file: PixelFile, _ index: Int = 0, _ colour: FrameColour = .rgb)
    throws(FrameError) -> Frame
  {
    try FrameReader(bytes: file.bytes, name: "test.dcm").frame(index, colour: colour)
  }

  @Test func sixteenBitsInBothByteOrders() throws {
    var file = PixelFile()
    file.pixels = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0xAA, 0xFF, 0xFF]
    let values: [UInt16] = [0x0201, 0x0403, 0x0605, 0x0807, 0xAA09, 0xFFFF]
    #expect(try frame(file).pixels == .uint16(values))
    file.isSigned = true
    #expect(try frame(file).pixels == .int16(values.map { Int16(bitPattern: $0) }))
    file.syntax = TransferSyntax.explicitBigEndian.uid
    file.pixels = values.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    #expect(try frame(file).pixels == .int16(values.map { Int16(bitPattern: $0) }))
  }

  @Test func unusedBitsDoNotCount() throws {
    var file = PixelFile(stored: 12, isSigned: true)
    // 0x7FF, -2048 (0x800), -1 (0xFFF), each with an overlay in the upper bits.
    let words = [0xA7FF, 0x5800, 0x0FFF, 0x0000, 0xF001, 0x1800]
    file.pixels = words.flatMap { PixelFile.word($0) }
    #expect(try frame(file).pixels == .int16([2047, -2048, -1, 0, 1, -2048]))
    file.isSigned = false
    #expect(try frame(file).pixels == .uint16([0x7FF, 0x800, 0xFFF, 0, 1, 0x800]))
    // The stored bits may lie higher (ACR-NEMA).
    file.highBit = 15
    file.pixels = words.flatMap { PixelFile.word($0) }
    #expect(try frame(file).pixels == .uint16([0xA7F, 0x580, 0x0FF, 0, 0xF00, 0x180]))
  }

  @Test func eightBitsWithAndWithoutSign() throws {
    var file = PixelFile(allocated: 8, pixels: [0, 1, 127, 128, 200, 255])
    #expect(try frame(file).pixels == .uint8([0, 1, 127, 128, 200, 255]))
    file.isSigned = true
    #expect(try frame(file).pixels == .int16([0, 1, 127, -128, -56, -1]))
    file.stored = 7
    #expect(try frame(file).pixels == .int16([0, 1, -1, 0, -56, -1]))
  }

  @Test func bytesInBigEndianWordsComeInPairs() throws {
    // Three frames of three bytes: the second begins within a word.
    var file = PixelFile(
      rows: 1, columns: 3, allocated: 8, frames: "3",
      syntax: TransferSyntax.explicitBigEndian.uid)
    file.pixels = [2, 1, 4, 3, 6, 5, 8, 7, 0, 9]
    #expect(try frame(file, 0).pixels == .uint8([1, 2, 3]))
    #expect(try frame(file, 1).pixels == .uint8([4, 5, 6]))
    #expect(try frame(file, 2).pixels == .uint8([7, 8, 9]))
    file.pixelVR = "OB"
    file.pixels = Array(1...9) + [0]
    #expect(try frame(file, 1).pixels == .uint8([4, 5, 6]))
  }

  @Test func thirtyTwoBits() throws {
    var file = PixelFile(rows: 1, columns: 2, allocated: 32)
    file.pixels = [1, 2, 3, 4, 0xFF, 0xFF, 0xFF, 0xFF]
    #expect(try frame(file).pixels == .uint32([0x0403_0201, 0xFFFF_FFFF]))
    file.isSigned = true
    #expect(try frame(file).pixels == .int32([0x0403_0201, -1]))
  }

  @Test func oneBitFramesNeedNotBeginAtBytes() throws {
    var file = PixelFile(rows: 1, columns: 5, allocated: 1, frames: "3")
    file.pixels = [0b0011_0101, 0b0110_1011]
    #expect(try frame(file, 0).pixels == .uint8([1, 0, 1, 0, 1]))
    #expect(try frame(file, 1).pixels == .uint8([1, 0, 0, 1, 1]))
    #expect(try frame(file, 2).pixels == .uint8([0, 1, 0, 1, 1]))
    #expect(throws: FrameError.noSuchFrame(file: "test.dcm", frame: 3, count: 3)) {
      try self.frame(file, 3)
    }
  }

  @Test func twelveBitsPacked() throws {
    var file = PixelFile(rows: 1, columns: 2, allocated: 12)
    file.pixels = [0xBC, 0x1A, 0xF2, 0]
    #expect(try frame(file).pixels == .uint16([0xABC, 0xF21]))
    file.isSigned = true
    #expect(try frame(file).pixels == .int16([0xABC - 0x1000, 0xF21 - 0x1000]))
  }

  @Test func floatingPoint() throws {
    var file = PixelFile(
      rows: 1, columns: 2, allocated: 32, pixelTag: .floatPixelData, pixelVR: "OF")
    file.omitted = [.bitsStored, .highBit, .pixelRepresentation]
    file.pixels = [Float(1.5), -0.25].flatMap { PixelFile.long(Int($0.bitPattern)) }
    #expect(try frame(file).pixels == .float32([1.5, -0.25]))
    file.pixelTag = .doubleFloatPixelData
    file.pixelVR = "OD"
    file.allocated = 64
    file.pixels = [2.5, -1e300].flatMap { value in
      withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }
    #expect(try frame(file).pixels == .float64([2.5, -1e300]))
  }

  @Test func planesAreInterleaved() throws {
    var file = PixelFile(rows: 1, samples: 3, photometric: "RGB", allocated: 8, planar: 1)
    file.pixels = [1, 2, 3, 11, 12, 13, 21, 22, 23]
    #expect(try frame(file).pixels == .uint8([1, 11, 21, 2, 12, 22, 3, 13, 23]))
    file.planar = 0
    #expect(try frame(file).pixels == .uint8([1, 2, 3, 11, 12, 13, 21, 22, 23]))
    file.allocated = 16
    file.planar = 1
    file.pixels = (1...9).flatMap { PixelFile.word($0 * 1000) }
    #expect(
      try frame(file).pixels
        == .uint16([1000, 4000, 7000, 2000, 5000, 8000, 3000, 6000, 9000]))
  }

  @Test func luminanceAndChrominance() throws {
    // Rec. 601 in full range: white, red, green, blue, within one unit.
    var file = PixelFile(rows: 1, columns: 4, samples: 3, photometric: "YBR_FULL", allocated: 8)
    file.pixels = [255, 128, 128, 76, 85, 255, 150, 44, 21, 29, 255, 107]
    let stored = try frame(file, 0, .stored)
    #expect(stored.photometric == .ybrFull && stored.pixels == .uint8(file.pixels))
    let frame = try frame(file)
    #expect(frame.photometric == .rgb)
    guard case .uint8(let rgb) = frame.pixels else {
      Issue.record("expected bytes")
      return
    }
    let expected: [UInt8] = [255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255]
    #expect(zip(rgb, expected).allSatisfy { abs(Int($0) - Int($1)) <= 1 }, "\(rgb)")
  }

  @Test func sharedChrominanceIsSpread() throws {
    var file = PixelFile(rows: 1, columns: 4, samples: 3, photometric: "YBR_FULL_422", allocated: 8)
    file.pixels = [10, 20, 100, 200, 30, 40, 110, 210]
    #expect(
      try frame(file, 0, .stored).pixels
        == .uint8([10, 100, 200, 20, 100, 200, 30, 110, 210, 40, 110, 210]))
    // As much data as whole pixels need: they are whole, whatever the name says.
    file.pixels = Array(1...12)
    #expect(try frame(file, 0, .stored).pixels == .uint8(Array(1...12)))
    file.columns = 3
    file.pixels = Array(1...6)
    #expect { try self.frame(file) } throws: { error in
      if case FrameError.attribute(_, .columns, _) = error { true } else { false }
    }
  }

  @Test func missingBytesAreCounted() {
    var file = PixelFile(frames: "2")
    file.pixels = [UInt8](repeating: 1, count: 22)
    #expect(throws: Never.self) { try self.frame(file, 0) }
    #expect(
      throws: FrameError.truncated(file: "test.dcm", frame: 1, expected: 12, available: 10)
    ) { try self.frame(file, 1) }
  }
}
