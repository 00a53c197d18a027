import DICOM
import Foundation
import Testing

@Suite struct ValueTests {
  @Test(
    arguments: [
      ("20240229", "20240229"), ("2024.02.29", "20240229"), ("2024-02-29", "20240229"),
      ("20240229 ", "20240229"), ("2024", "2024"), ("202402", "202402"), ("2024.02", "202402"),
      ("20230229", nil), ("20241301", nil), ("20240100", nil), ("2024-02.29", nil), ("", nil),
      ("20240", nil), ("2024022９", nil), ("-0240229", nil), ("20000229", "20000229"),
      ("19000229", nil),
    ] as [(String, String?)])
  func dates(text: String, expected: String?) {
    #expect(DateValue(text)?.text == expected)
  }

  @Test func datesCountTheirDays() throws {
    #expect(try #require(DateValue("19700101")).daysSince1970 == 0)
    #expect(try #require(DateValue("20000301")).daysSince1970 == 11_017)
    #expect(try #require(DateValue("19691231")).daysSince1970 == -1)
    #expect(try #require(DateValue("2024")).daysSince1970 == 19_723)
    #expect(DateValue(year: 2024, month: nil, day: 3) == nil)
  }

  @Test(
    arguments: [
      ("101530", "101530"), ("10", "10"), ("1015", "1015"), ("101530.5", "101530.500000"),
      ("101530.123456", "101530.123456"), ("10:15:30", "101530"), ("10:15", "1015"),
      ("10:15:30.25", "101530.250000"), ("235960", "235960"), ("240000", nil), ("106000", nil),
      ("101561", nil), ("101530.", nil), ("101530.1234567", nil), ("1", nil), ("101", nil),
      ("1015.5", nil), ("", nil), ("+10", nil), ("101530 ", "101530"),
    ] as [(String, String?)])
  func times(text: String, expected: String?) {
    #expect(TimeValue(text)?.text == expected)
  }

  @Test(
    arguments: [
      ("2024", "2024"), ("202402", "202402"), ("20240229", "20240229"),
      ("2024022910", "2024022910"),
      ("20240229101530.5", "20240229101530.500000"), ("20240229101530+0200", "20240229101530+0200"),
      ("2024-0500", "2024-0500"), ("20240229-0330", "20240229-0330"), ("2024+1400", "2024+1400"),
      ("2024+1401", nil), ("2024-1230", nil), ("2024-0000", nil), ("2024+0260", nil),
      ("20240230", nil), ("202402291", nil), ("2024+02", nil), ("", nil), ("+0200", nil),
    ] as [(String, String?)])
  func dateTimes(text: String, expected: String?) {
    #expect(DateTimeValue(text)?.text == expected)
  }

  @Test func zonesShiftTheInstant() throws {
    let east = try #require(DateTimeValue("20240101013000+0130"))
    #expect(east.instant() == Date(timeIntervalSince1970: 1_704_067_200))
    let open = try #require(DateTimeValue("202401010000"))
    #expect(open.instant(defaultOffset: -300).timeIntervalSince1970 == 1_704_067_200 + 5 * 3600)
    #expect(DateTimeValue.offset("-0500") == -300 && DateTimeValue.offset("0500") == nil)
  }

  @Test(
    arguments: [
      ("018M", "018M"), ("18m", "018M"), ("000D", "000D"), ("999Y", "999Y"), ("12", nil),
      ("1000Y", nil), ("018X", nil), ("Y", nil), ("-18Y", nil), ("", nil),
    ] as [(String, String?)])
  func ages(text: String, expected: String?) {
    #expect(AgeValue(text)?.text == expected)
  }

  @Test func numbersHaveTheBoundsOfTheStandard() {
    #expect(NumberText.integer(" +12 ") == 12 && NumberText.integer("12.0") == 12)
    for text in ["", "0x10", "nan", "inf", "1.5", "1e400", "12a", "१२", "1 2"] {
      #expect(NumberText.integer(text) == nil, "\(text)")
    }
    #expect(
      NumberText.isStandardInteger("2147483647") && NumberText.isStandardInteger("-2147483648"))
    #expect(!NumberText.isStandardInteger("2147483648"))
    #expect(!NumberText.isStandardInteger("0000000000012") && !NumberText.isStandardInteger("12.0"))
    #expect(NumberText.decimal("-1.5E-3") == -0.0015 && NumberText.decimal(".5") == 0.5)
    for text in ["", "0x1p3", "NaN", "infinity", "1e999", "1,5", "--1"] {
      #expect(NumberText.decimal(text) == nil, "\(text)")
    }
    #expect(
      NumberText.isStandardDecimal("-158.135803")
        && !NumberText.isStandardDecimal("-158.135803123456"))
  }

  @Test func namesHaveGroupsAndComponents() {
    let name = NameValue("Yamada^Tarou^^Dr^PhD=山田^太郎=やまだ^たろう")
    #expect(name.alphabetic.family == "Yamada" && name.alphabetic.prefix == "Dr")
    #expect(name.alphabetic.suffix == "PhD" && name.ideographic.given == "太郎")
    #expect(name.phonetic.text == "やまだ^たろう")
    #expect(name.text == "Yamada^Tarou^^Dr^PhD=山田^太郎=やまだ^たろう")
    #expect(NameValue("Only^^^^").text == "Only" && NameValue("==").text == "")
    #expect(NameValue("=山田").ideographic.family == "山田")
  }

  @Test func everyRepresentationGivesItsValues() throws {
    var set = DataSet()
    set.set(Tag(0x0008, 0x0008), .cs, "ORIGINAL", "", "AXIAL")
    set.set(Tag(0x0008, 0x0012), .da, "20240101", "2024.01.02", "nonsense")
    set.set(Tag(0x0008, 0x0013), .tm, "10")
    set.set(Tag(0x0008, 0x002A), .dt, "2024+0100")
    set.set(Tag(0x0010, 0x1010), .as, "018M")
    set.set(Tag(0x0020, 0x0013), .is, "7", "-3", "x")
    set.set(Tag(0x0020, 0x0032), .ds, "1.5", "-2")
    set.set(Tag(0x0010, 0x0010), .pn, "A^B")
    set.set(Tag(0x0008, 0x0018), .ui, "1.2.3", "1..2")
    set.set(Tag(0x0028, 0x0009), .at, bytes: [0x18, 0, 0x63, 0x10])
    set.set(Tag(0x0028, 0x0010), .us, ints: [512, 65535])
    set.set(Tag(0x0028, 0x9001), .ul, ints: [4_000_000_000])
    set.set(Tag(0x0018, 0x6020), .sl, ints: [-5])
    set.set(Tag(0x0018, 0x9219), .ss, ints: [-2])
    set.set(Tag(0x0014, 0x4047), .sv, ints: [-(1 << 40)])
    set.set(
      Tag(0x0008, 0x040C), .uv,
      bytes: [UInt8](repeating: 0xFF, count: 8) + [1, 0, 0, 0, 0, 0, 0, 0])
    set.set(Tag(0x0018, 0x9087), .fd, doubles: [0.25])
    set.set(Tag(0x0018, 0x9073), .fl, doubles: [0.5])
    set.set(Tag(0x0042, 0x0011), .ob, bytes: [1, 2])
    set.set(Tag(0x0040, 0xA160), .ut, "one\\two")
    set.set(Tag(0x0008, 0x1030), .lo)
    let read = try DICOMFile.read(bytes: DICOMWriter.encode(set)).dataSet
    func values(_ group: UInt16, _ element: UInt16) -> [AttributeValue]? {
      read.values(Tag(group, element))
    }
    #expect(values(8, 8) == [.text("ORIGINAL"), .empty, .text("AXIAL")])
    #expect(
      values(8, 0x12) == [
        .date(try #require(DateValue("20240101"))), .date(try #require(DateValue("20240102"))),
        .invalid("nonsense"),
      ])
    #expect(values(8, 0x13) == [.time(try #require(TimeValue("10")))])
    #expect(values(8, 0x2A) == [.dateTime(try #require(DateTimeValue("2024+0100")))])
    #expect(values(0x10, 0x1010) == [.age(try #require(AgeValue("018M")))])
    #expect(values(0x20, 0x13) == [.integer(7), .integer(-3), .invalid("x")])
    #expect(values(0x20, 0x32) == [.number(1.5), .number(-2)])
    #expect(values(0x10, 0x10) == [.name(NameValue("A^B"))])
    #expect(values(8, 0x18) == [.uid("1.2.3"), .invalid("1..2")])
    #expect(values(0x28, 9) == [.tag(Tag(0x0018, 0x1063))])
    #expect(values(0x28, 0x10) == [.integer(512), .integer(65535)])
    #expect(values(0x28, 0x9001) == [.integer(4_000_000_000)])
    #expect(values(0x18, 0x6020) == [.integer(-5)] && values(0x18, 0x9219) == [.integer(-2)])
    #expect(values(0x14, 0x4047) == [.integer(-(1 << 40))])
    #expect(values(8, 0x40C) == [.large(.max), .integer(1)])
    #expect(values(0x18, 0x9087) == [.number(0.25)] && values(0x18, 0x9073) == [.number(0.5)])
    #expect(values(0x42, 0x11) == [.bytes([1, 2])])
    #expect(values(0x40, 0xA160) == [.text("one\\two")])
    #expect(values(8, 0x1030) == [] && values(8, 0x9999) == nil)
  }
}
