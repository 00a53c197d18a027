import DICOM
import Foundation
import Imaging
import Testing

/// What the attributes may claim before memory is taken for it.
@Suite struct FrameLimitTests {
  private func problem(_ file: PixelFile) -> FrameError? {
    do throws(FrameError) {
      _ = try FrameReader(bytes: file.bytes, name: "test.dcm").frame(0)
      return nil
    } catch {
      return error
    }
  }

  @Test func hugeRowsAndColumnsAreRefused() {
    let file = PixelFile(rows: 65_535, columns: 65_535, pixels: [1, 2])
    guard case .limit(let name, let words) = problem(file) else {
      Issue.record("expected a limit, got \(String(describing: problem(file)))")
      return
    }
    #expect(name == "test.dcm" && words.contains("65535 x 65535"))
  }

  /// CVE-like: dimensions in another representation than US overflow readers that trust it.
  @Test func rowsAndColumnsOfOtherRepresentations() {
    var file = PixelFile(pixels: [UInt8](repeating: 0, count: 12))
    file.others[.rows] = ("UL", PixelFile.long(2))
    #expect(problem(file) == nil, "a number is a number")
    file.others[.rows] = ("UL", PixelFile.long(0xFFFF_FFFF))
    #expect(isLimit(problem(file)))
    file.others[.rows] = ("UV", [UInt8](repeating: 0xFF, count: 8))
    #expect(isAttribute(problem(file), .rows))
    file.others[.rows] = ("SS", PixelFile.word(0xFFFF))
    #expect(isAttribute(problem(file), .rows))
    file.others[.rows] = ("FD", PixelFile.long(0) + PixelFile.long(0x7FF0_0000))
    #expect(isAttribute(problem(file), .rows))
    file.others[.rows] = ("SQ", [])
    #expect(isAttribute(problem(file), .rows))
    file.others[.rows] = ("OB", [])
    #expect(isAttribute(problem(file), .rows))
    file.others[.rows] = ("IS", Array("99999999999999999999".utf8))
    #expect(isAttribute(problem(file), .rows))
    file.others[.rows] = ("US", PixelFile.word(0))
    #expect(isAttribute(problem(file), .rows))
  }

  @Test func framesBeyondMeasureAreRefused() {
    var file = PixelFile(frames: "2147483647", pixels: [UInt8](repeating: 0, count: 12))
    #expect(isLimit(problem(file)))
    file.frames = "-1"
    #expect(isAttribute(problem(file), .numberOfFrames))
    file.frames = "1A"
    #expect(isAttribute(problem(file), .numberOfFrames))
    file.frames = "0"
    #expect(problem(file) == nil, "zero is read as one")
  }

  @Test func impossibleBitsAreNamed() {
    let pixels = [UInt8](repeating: 0, count: 12)
    #expect(isAttribute(problem(PixelFile(stored: 17, pixels: pixels)), .bitsStored))
    #expect(isAttribute(problem(PixelFile(stored: 0, pixels: pixels)), .bitsStored))
    #expect(isAttribute(problem(PixelFile(allocated: 0, pixels: pixels)), .bitsAllocated))
    #expect(isAttribute(problem(PixelFile(allocated: 33, pixels: pixels)), .bitsAllocated))
    #expect(isAttribute(problem(PixelFile(samples: 3, pixels: pixels)), .samplesPerPixel))
    #expect(isAttribute(problem(PixelFile(samples: 9, pixels: pixels)), .samplesPerPixel))
    if case .unsupported = problem(PixelFile(allocated: 24, pixels: pixels)) {
    } else {
      Issue.record("24 bits are not supported")
    }
    // An impossible high bit is read as the only one that the standard allows.
    #expect(problem(PixelFile(highBit: 400, pixels: pixels)) == nil)
    #expect(problem(PixelFile(highBit: 3, pixels: pixels)) == nil)
  }

  @Test func missingAttributesAreNamed() {
    for tag in [
      DICOM.Tag.rows, .columns, .bitsAllocated, .bitsStored, .pixelRepresentation,
      .photometricInterpretation,
    ] {
      var file = PixelFile(pixels: [UInt8](repeating: 0, count: 12))
      file.omitted = [tag]
      #expect(isAttribute(problem(file), tag), "\(tag)")
      #expect(problem(file)?.description.contains("\(tag)") == true)
    }
  }

  @Test func limitsCanBeLower() throws {
    var limits = FrameLimits.standard
    limits.maximumFrameBytes = 11
    let file = PixelFile(pixels: [UInt8](repeating: 0, count: 12))
    #expect(throws: FrameError.self) {
      try FrameReader(bytes: file.bytes, name: "test.dcm", limits: limits)
    }
    limits.maximumFrameBytes = 12
    #expect(throws: Never.self) {
      try FrameReader(bytes: file.bytes, name: "test.dcm", limits: limits)
    }
  }

  private func isLimit(_ error: FrameError?) -> Bool {
    if case .limit = error { true } else { false }
  }

  private func isAttribute(_ error: FrameError?, _ tag: DICOM.Tag) -> Bool {
    if case .attribute(_, tag, _) = error { true } else { false }
  }
}
