import Foundation
import TestSupport
import Testing

@testable import DICOM

@Suite struct TableTests {
  @Test(arguments: [
    "dictionary", "repeating", "keywords", "uids", "iods", "modules",
  ])
  func everyLineOfATableIsFound(name: String) {
    let table = SortedTable(resource: "dicom/\(name).tsv")
    let lines = table.lines
    #expect(lines.count > 80)
    for line in lines { #expect(table.line(table.field(0, of: line)) == line) }
    for key in ["", "\u{0}", "zzzzzzzzzzzz", "0", "1.2.840.10008.1.2.", "00080005\t"] {
      #expect(table.line(key.utf8) == nil, "\(key)")
    }
  }

  @Test func anEmptyOrBrokenTableHasNothing() {
    for text in ["", "# only a comment", "#\n#\n", "\n\n\n"] {
      #expect(SortedTable(bytes: Array(text.utf8)).line("a".utf8) == nil)
    }
    let table = SortedTable(bytes: Array("# c\na\t1\nb\nab".utf8))
    #expect(table.line("b".utf8) != nil)
    #expect(table.field(5, of: 4..<7).isEmpty)
  }

  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func theDictionaryHasEveryRowOfItsSources() throws {
    let folder = try #require(SharedData.folder).appendingPathComponent("data/standard")
    let data = try Data(contentsOf: folder.appendingPathComponent("pydicom_dict.json"))
    let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let rows = try #require(json["dict"] as? [String: [String]])
    for (text, row) in rows {
      let tag = Tag(rawValue: try #require(UInt32(text, radix: 16)))
      let entry = try #require(DataDictionary.standard[tag], "\(text)")
      #expect([entry.vr, entry.vm, entry.name] == Array(row[0..<3]), "\(text)")
      #expect(entry.isRetired == !row[3].isEmpty && entry.keyword == row[4], "\(text)")
      if !row[4].isEmpty { #expect(DataDictionary.standard.tag(keyword: row[4]) == tag) }
    }
    #expect(rows.count > 5_000)
  }

  @Test func repeatingGroupsPrivateCreatorsAndGroupLengthsAreKnown() {
    let dictionary = DataDictionary.standard
    #expect(dictionary[Tag(0x6000, 0x3000)]?.keyword == "OverlayData")
    #expect(dictionary[Tag(0x601E, 0x0010)]?.keyword == "OverlayRows")
    #expect(dictionary[Tag(0x0009, 0x0010)]?.name == "Private Creator")
    #expect(dictionary[Tag(0x0010, 0x0000)]?.vr == "UL")
    #expect(dictionary[Tag(0x0009, 0x1001)] == nil && dictionary[Tag(0x7777, 0x7776)] == nil)
    #expect(dictionary.tag(keyword: "PatientName") == .patientName)
    #expect(dictionary.tag(keyword: "patientname") == nil && dictionary.tag(keyword: "") == nil)
    #expect(dictionary.vr(of: .pixelData) == .ow && dictionary.vr(of: Tag(0x0028, 0x0106)) == .us)
    #expect(dictionary.vr(of: Tag(0x0028, 0x1200)) == .us && dictionary.vr(of: .item) == .un)
    #expect(UIDRegistry.standard["1.2.840.10008.1.2.1"]?.keyword == "ExplicitVRLittleEndian")
    #expect(UIDRegistry.standard["1.2.840.10008.1.2.1.1"] == nil)
  }
}
