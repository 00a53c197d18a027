import DICOM
import Foundation
import Testing

@Suite struct TreeTests {
  static func rows(_ change: (inout DataSetTree) -> Void = { _ in }) throws -> [TreeRow] {
    var set = WriterTests.sample()
    set.set(.sopInstanceUID, .ui, "1.2.3")
    set.set(Tag(0x0029, 0x0010), .lo, "MAKER")
    set.set(Tag(0x0029, 0x1001), .un, bytes: Array(0..<20))
    set.set(Tag(0x0008, 0x1030), .lo, String(repeating: "é", count: 200))
    var tree = DataSetTree()
    change(&tree)
    return tree.rows(try DICOMFile.read(bytes: try DICOMWriter.part10(set)))
  }

  @Test func everyElementIsALine() throws {
    let rows = try Self.rows()
    let lines = rows.filter { $0.tag?.group != 2 }.map { row in
      String(repeating: " ", count: row.depth)
        + "\(row.path) \(row.vr?.description ?? "--") \(row.name): \(row.value.prefix(40))"
    }
    #expect(
      lines == [
        "00080005 CS Specific Character Set: ISO_IR 192",
        "00080008 CS Image Type: ORIGINAL\\PRIMARY",
        "00080016 UI SOP Class UID: 1.2.840.10008.5.1.4.1.1.7 Secondary Capt",
        "00080018 UI SOP Instance UID: 1.2.3",
        "00081030 LO Study Description: " + String(repeating: "é", count: 40),
        "00100010 PN Patient's Name: Ørsted^Hans=王^小東",
        "00200013 IS Instance Number: 7",
        "00200032 DS Image Position (Patient): -158.135803\\0\\0.33333333333333",
        "00280010 US Rows: 512",
        "00290010 LO Private Creator: MAKER",
        "00291001 UN Private: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0",
        "0040A730 SQ Content Sequence: 1 item",
        " 0040A730[1] -- Item 1: ",
        "  0040A730[1].0040A043 SQ Concept Name Code Sequence: 2 items",
        "   0040A730[1].0040A043[1] -- Item 1: ",
        "    0040A730[1].0040A043[1].00080100 SH Code Value: 113076",
        "    0040A730[1].0040A043[1].00080104 LO Code Meaning: Segmentación",
        "   0040A730[1].0040A043[2] -- Item 2: empty",
        "7FE00010 OW Pixel Data: 01 00 02 00",
      ])
    #expect(rows.first?.path == "00020000")
    #expect(rows.first { $0.path == "00081030" }?.value.count == 121)
    #expect(
      try Self.rows { $0.maximumCharacters = 3 }.first { $0.path == "00200013" }?.value == "7")
  }

  @Test func linesAreFoundByTagNameAndValue() throws {
    let rows = try Self.rows()
    func found(_ text: String) -> [String] { rows.filter { $0.matches(text) }.map(\.path) }
    #expect(found("segmentación") == ["0040A730[1].0040A043[1].00080104"])
    #expect(found("PatientName") == ["00100010"] && found("patient's n") == ["00100010"])
    #expect(found("0010,0010") == ["00100010"] && found("(0028,0010)") == ["00280010"])
    #expect(found("no such thing").isEmpty && found("").count == rows.count)
  }

  @Test func largeAndCompressedPixelsAreSaidNotShown() throws {
    var set = WriterTests.sample()
    set.set(.pixelData, .ow, bytes: [UInt8](repeating: 1, count: 2 << 20))
    let bytes = try DICOMWriter.part10(set)
    #expect(DataSetTree().rows(try DICOMFile.read(bytes: bytes)).last?.value == "2097152 bytes")
    let header = try DICOMFile.read(bytes: bytes, options: .header)
    #expect(DataSetTree().rows(header).last?.value == "2097152 bytes")
    #expect(DataSetTree().rows(header, limit: 3).count == 3)
  }
}
