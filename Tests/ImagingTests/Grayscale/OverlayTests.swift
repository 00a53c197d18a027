import DICOM
import Imaging
import Testing

/// Overlay planes, colour and palettes.
@Suite struct OverlayTests {
  private func dataSet(
    rows: UInt16, columns: UInt16, origin: [UInt16] = [1, 1], frames: String? = nil,
    bits: [UInt8]?
  ) -> DataSet {
    var elements = [
      Fixtures.words(DICOM.Tag(0x6000, 0x0010), [rows]),
      Fixtures.words(DICOM.Tag(0x6000, 0x0011), [columns]),
      Fixtures.words(DICOM.Tag(0x6000, 0x0050), origin, vr: .ss),
    ]
    if let frames {
      elements.append(
        Element(tag: DICOM.Tag(0x6000, 0x0015), vr: .is, value: .bytes(Array(frames.utf8))))
    }
    if let bits {
      elements.append(Element(tag: DICOM.Tag(0x6000, 0x3000), vr: .ow, value: .bytes(bits)))
    }
    return DataSet(elements: elements)
  }

  /// Bits run on from row to row and from frame to frame, the lowest first.
  @Test func bitsAndFrames() throws {
    // 3 x 3: frame 0 has bits 0 and 8, frame 1 bits 9 + 4.
    let bits: [UInt8] = [0b0000_0001, 0b0010_0001, 0]
    for (frame, wanted) in [(0, [[0, 0], [2, 2]]), (1, [[1, 1]])] {
      let parameters = DisplayParameters(
        dataSet: dataSet(rows: 3, columns: 3, frames: "2", bits: bits), frame: frame,
        photometric: .monochrome2)
      let plane = try #require(parameters.overlays.first)
      var marked: [[Int]] = []
      for y in 0..<3 { for x in 0..<3 where plane[x, y] { marked.append([x, y]) } }
      #expect(marked == wanted)
    }
    #expect(
      DisplayParameters(
        dataSet: dataSet(rows: 3, columns: 3, frames: "2", bits: bits), frame: 2,
        photometric: .monochrome2
      ).overlays.isEmpty)
  }

  @Test func partlyOutside() {
    let all: [UInt8] = [0xFF, 0xFF]
    let parameters = Fixtures.parameters(
      dataSet(rows: 4, columns: 4, origin: [UInt16(bitPattern: -1), 3], bits: all))
    var renderer = FrameRenderer()
    let frame = Fixtures.bytes([UInt8](repeating: 10, count: 16), columns: 4)
    let image = renderer.render(frame, parameters)
    // Rows −2…1, columns 2…5 of the overlay lie over rows 0…1, columns 2…3 of the image.
    #expect(
      image.pixels == [10, 10, 255, 255, 10, 10, 255, 255, 10, 10, 10, 10, 10, 10, 10, 10])
    #expect(renderer.render(frame, parameters, overlays: false).pixels.allSatisfy { $0 == 10 })
  }

  @Test func brokenOnes() {
    #expect(Fixtures.parameters(dataSet(rows: 100, columns: 100, bits: [1])).problems.count == 1)
    #expect(Fixtures.parameters(dataSet(rows: 0, columns: 0, bits: [1])).problems.count == 1)
    let without = Fixtures.parameters(dataSet(rows: 4, columns: 4, bits: nil))
    #expect(without.overlays.isEmpty && without.problems.count == 1)
    #expect(OverlayPlane(columns: 70_000, rows: 70_000, bits: []) == nil)
  }

  @Test func colour() {
    let frame = Frame(
      columns: 2, rows: 1, samplesPerPixel: 3, bitsAllocated: 8, bitsStored: 8, isSigned: false,
      photometric: .rgb, pixels: .uint8([1, 2, 3, 4, 5, 6]))!
    var renderer = FrameRenderer()
    let image = renderer.render(
      frame, Fixtures.parameters(DataSet(), .rgb), voi: .linear(center: 0, width: 1),
      isInverted: true)
    #expect(image.channels == 3 && image.pixels == [1, 2, 3, 4, 5, 6])
    let deep = Frame(
      columns: 1, rows: 1, samplesPerPixel: 3, bitsAllocated: 16, bitsStored: 16, isSigned: false,
      photometric: .rgb, pixels: .uint16([0, 32_768, 65_535]))!
    #expect(
      renderer.render(deep, Fixtures.parameters(DataSet(), .rgb)).pixels == [0, 128, 255])
  }
}
