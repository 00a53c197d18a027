import DICOM
import Testing

@Suite struct CharacterSetTests {
  static func decode(_ terms: [String], _ bytes: [UInt8]) -> String {
    CharacterSets(terms: terms).decode(bytes, isName: true)
  }

  @Test(
    arguments: [
      (["ISO_IR 100"], [0x4A, 0xE9], "Jé"), (["ISO-IR 100"], [0xE9], "é"),
      (["ISO IR 192"], [0xC3, 0xA9], "é"), (["ISO_IR 101"], [0xB1], "ą"),
      (["ISO_IR 109"], [0xA1], "Ħ"), (["ISO_IR 110"], [0xA1], "Ą"), (["ISO_IR 144"], [0xBB], "Л"),
      (["ISO_IR 127"], [0xC8], "ب"), (["ISO_IR 126"], [0xD9], "Ω"),
      (["ISO_IR 138"], [0xF9], "ש"), (["ISO_IR 148"], [0xFD], "ı"), (["ISO_IR 166"], [0xA1], "ก"),
      (["ISO_IR 13"], [0xD4, 0xCF], "ﾔﾏ"), (["GB18030"], [0xCD, 0xF5], "王"),
      (["GBK"], [0xCD, 0xF5], "王"), ([], [0x41, 0xE9], "Aé"), (["nonsense"], [0xE9], "é"),
      (
        ["", "ISO 2022 IR 87"], [0x1B, 0x24, 0x42, 0x3B, 0x33, 0x1B, 0x28, 0x42, 0x5E, 0x41], "山^A"
      ),
      (["", "ISO 2022 IR 159"], [0x1B, 0x24, 0x28, 0x44, 0x30, 0x21, 0x1B, 0x28, 0x42], "丂"),
      (["", "ISO 2022 IR 149"], [0x1B, 0x24, 0x29, 0x43, 0xB1, 0xE8, 0x5E, 0x41], "김^A"),
      (["", "ISO 2022 IR 58"], [0x1B, 0x24, 0x29, 0x41, 0xD5, 0xC5], "张"),
      (["ISO 2022 IR 100", "ISO 2022 IR 144"], [0xE9, 0x1B, 0x2D, 0x4C, 0xBB], "éЛ"),
    ] as [([String], [UInt8], String)])
  func termsOfTheStandardAreDecoded(terms: [String], bytes: [UInt8], text: String) {
    #expect(Self.decode(terms, bytes) == text)
  }

  @Test func nonsenseNeverFails() {
    #expect(Self.decode(["ISO_IR 192"], [0x41, 0xFF, 0x42]) == "A\u{FFFD}B")
    #expect(Self.decode(["GB18030"], [0x41, 0x81]) == "A\u{FFFD}")
    // An escape sequence that is none stays, for the screen to make harmless.
    #expect(Self.decode(["", "ISO 2022 IR 87"], [0x1B, 0x5B, 0x32, 0x4A]) == "\u{1B}[2J")
    #expect(Self.decode(["", "ISO 2022 IR 87"], [0x1B, 0x24, 0x42, 0x3B]) == "\u{FFFD}")
  }

  @Test func itemsUseTheSetOfTheirDataSetUnlessTheyNameOne() throws {
    var inner = DataSet()
    inner.set(.codeMeaning, .lo, bytes: [0xE9])
    var other = DataSet()
    other.set(.specificCharacterSet, .cs, "ISO_IR 192")
    other.set(.codeMeaning, .lo, bytes: [0xC3, 0xA9])
    var outer = DataSet()
    outer.set(.specificCharacterSet, .cs, "ISO_IR 101")
    outer.set(.sopClassUID, .ui, "1.2")
    outer.set(.sopInstanceUID, .ui, "1.2.3")
    outer.set(.patientName, .pn, bytes: [0xB1])
    outer.set(.contentSequence, items: [inner, other])
    var read = try DICOMFile.read(bytes: try DICOMWriter.part10(outer)).dataSet
    #expect(read.string(.patientName) == "ą")
    #expect(read.items(.contentSequence).map { $0.string(.codeMeaning) } == ["é", "é"])
    read.useUTF8()
    let again = try DICOMFile.read(bytes: try DICOMWriter.part10(read)).dataSet
    #expect(again.string(.patientName) == "ą")
    #expect(again.items(.contentSequence).map { $0.string(.codeMeaning) } == ["é", "é"])
  }
}
