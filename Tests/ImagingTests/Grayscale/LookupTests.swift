import DICOM
import Imaging
import Testing

@testable import Imaging

/// Lookup tables, inversion, views and windows that fit.
@Suite struct LookupTests {
  private func item(
    _ descriptor: [UInt16], _ data: [UInt16], vr: VR = .us, packed: Bool = false
  ) -> DataSet {
    let content =
      packed
      ? Element(
        tag: .lutData, vr: .ow, value: .bytes(data.map { UInt8(truncatingIfNeeded: $0) }))
      : Fixtures.words(.lutData, data, vr: .ow)
    return DataSet(elements: [Fixtures.words(.lutDescriptor, descriptor, vr: vr), content])
  }

  @Test func entriesAndEnds() throws {
    let table = try #require(
      LookupTable(item: item([4, 10, 16], [100, 200, 300, 65_535]), isSigned: false))
    #expect(table.value(9) == 100 && table.value(10) == 100 && table.value(11.9) == 200)
    #expect(table.value(13) == 65_535 && table.value(1e9) == 65_535)
    #expect(table.value(-.infinity) == 100 && table.value(.nan) == 100)
    #expect(table.bitsPerEntry == 16)
  }

  @Test func negativeInputs() throws {
    let descriptor: [UInt16] = [3, UInt16(bitPattern: -2), 8]
    let signed = try #require(
      LookupTable(item: item(descriptor, [1, 2, 3]), isSigned: true))
    #expect(signed.firstMapped == -2 && signed.value(0) == 3)
    let byRepresentation = try #require(
      LookupTable(item: item(descriptor, [1, 2, 3], vr: .ss), isSigned: false))
    #expect(byRepresentation.firstMapped == -2)
    #expect(
      try #require(LookupTable(item: item(descriptor, [1, 2, 3]), isSigned: false)).firstMapped
        == 65_534)
  }

  @Test func odd() throws {
    // 0 entries are 65,536; bytes packed two in a word; bits that cannot be.
    let full = (0..<65_536).map { UInt16($0) }
    #expect(
      LookupTable(item: item([0, 0, 16], full), isSigned: false)?.entries.count == 65_536)
    let packed = try #require(
      LookupTable(item: item([4, 0, 8], [9, 8, 7, 255], packed: true), isSigned: false))
    #expect(packed.entries == [9, 8, 7, 255] && packed.maximum == 255)
    #expect(
      try #require(LookupTable(item: item([2, 0, 99], [0, 4095]), isSigned: false)).bitsPerEntry
        == 12)
    #expect(
      try #require(LookupTable(item: item([2, 0, 8], [0, 4095]), isSigned: false)).bitsPerEntry
        == 12)
    #expect(LookupTable(item: item([5, 0, 16], [1, 2]), isSigned: false) == nil)
    #expect(LookupTable(item: DataSet(), isSigned: false) == nil)
  }

  @Test func modalityAndVOITables() {
    let dataSet = Fixtures.dataSet(
      [.modality: "DX"],
      sequences: [
        .modalityLUTSequence: [item([4, 0, 16], [0, 10, 20, 30])],
        .voiLUTSequence: [item([31, 0, 8], (0...30).map { UInt16($0 * 8) })],
      ])
    let parameters = Fixtures.parameters(dataSet)
    var renderer = FrameRenderer()
    let image = renderer.render(Fixtures.frame([0, 1, 2, 3], columns: 4), parameters)
    #expect(image.pixels == [0, 80, 160, 240])
    #expect(parameters.problems == [])
  }

  /// MONOCHROME1 is inverted after VOI: the window itself stays what it is.
  @Test func monochrome1() {
    let dataSet = Fixtures.dataSet([.windowCenter: "100", .windowWidth: "101"])
    let frame = Fixtures.frame([0, 50, 99, 100, 150, 200], columns: 6)
    var renderer = FrameRenderer()
    let two = renderer.render(frame, Fixtures.parameters(dataSet)).pixels
    let one = renderer.render(frame, Fixtures.parameters(dataSet, .monochrome1)).pixels
    #expect(one == two.map { 255 - $0 })
    #expect(two.first == 0 && two.last == 255 && one.first == 255)
    // The shape says the same again; it is not inverted twice.
    var both = dataSet
    both[.presentationLUTShape] = Element(
      tag: .presentationLUTShape, vr: .cs, value: .bytes(Array("INVERSE ".utf8)))
    #expect(renderer.render(frame, Fixtures.parameters(both, .monochrome1)).pixels == one)
    #expect(renderer.render(frame, Fixtures.parameters(both)).pixels == one)
    // And a person's inversion comes on top.
    #expect(
      renderer.render(frame, Fixtures.parameters(dataSet, .monochrome1), isInverted: true).pixels
        == two)
  }

  @Test func viewsOfTheFile() {
    let parameters = Fixtures.parameters(
      Fixtures.dataSet(
        [
          .windowCenter: "40\\-600\\7", .windowWidth: "400\\1500\\0",
          .windowExplanation: "SOFT\\LUNG\\BAD", .voiLUTFunction: "SIGMOID",
        ], sequences: [.voiLUTSequence: [item([1, 0, 8], [3]), item([9, 0, 8], [3])]]))
    #expect(parameters.views.map(\.name) == ["SOFT", "LUNG", ""])
    #expect(
      parameters.views[1].transform
        == .window(GrayWindow(center: -600, width: 1500), .sigmoid))
    #expect(parameters.problems.count == 2)
  }

  @Test func functionalGroups() {
    func group(_ center: String, _ intercept: String) -> DataSet {
      Fixtures.dataSet(
        [:],
        sequences: [
          .frameVOILUT: [Fixtures.dataSet([.windowCenter: center, .windowWidth: "10"])],
          .pixelValueTransformation: [
            Fixtures.dataSet([
              .rescaleIntercept: intercept, .rescaleSlope: "1", .rescaleType: "HU",
            ])
          ],
        ])
    }
    let dataSet = Fixtures.dataSet(
      [.modality: "CT"],
      sequences: [
        .perFrameFunctionalGroups: [group("1", "-10"), group("2", "-20")],
        .sharedFunctionalGroups: [group("9", "-90")],
      ])
    for (frame, center) in [(0, 1.0), (1, 2.0), (2, 9.0)] {
      let parameters = DisplayParameters(
        dataSet: dataSet, frame: frame, photometric: .monochrome2)
      #expect(
        parameters.views.first?.transform == .linear(center: center, width: 10))
      #expect(parameters.unit == "HU")
    }
  }

  @Test func fittingWindows() {
    // 1,000 values, five far out at each end, and padding.
    var values = (0..<1000).map { Int16($0) }
    for index in 0..<4 {
      values[index] = -30_000
      values[999 - index] = 30_000
    }
    values += Array(repeating: -2000, count: 500)
    let parameters = Fixtures.parameters(
      Fixtures.dataSet(
        [:],
        extra: [Fixtures.words(DICOM.Tag(0x0028, 0x0120), [UInt16(bitPattern: -2000)], vr: .ss)]))
    let frame = Fixtures.frame(values, columns: 10)
    guard case .window(let window, .linearExact) = parameters.fittingView(of: frame) else {
      Issue.record("no window")
      return
    }
    #expect(window.center - window.width / 2 == 5)
    #expect(window.center + window.width / 2 == 994)
    // Eight bits were made to be shown as they are.
    var renderer = FrameRenderer()
    let bytes = (0...255).map { UInt8($0) }
    #expect(
      renderer.render(Fixtures.bytes(bytes, columns: 16), Fixtures.parameters(DataSet())).pixels
        == bytes)
    // One value only.
    let flat = renderer.render(
      Fixtures.frame([7, 7], columns: 2), Fixtures.parameters(DataSet())
    ).pixels
    #expect(flat == [128, 128])
    // Nothing but padding.
    let empty = Fixtures.frame([-2000, -2000], columns: 2)
    _ = renderer.render(empty, parameters)
  }
}
