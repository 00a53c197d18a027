import Foundation
import TestSupport
import Testing

@testable import DICOM

@Suite struct ValidatorTests {
  /// A secondary capture image with everything that its modules require.
  static func sound() -> DataSet {
    var set = DataSet()
    set.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.7")
    set.set(.sopInstanceUID, .ui, "1.2.3.4")
    set.set(.studyInstanceUID, .ui, "1.2.3")
    set.set(.seriesInstanceUID, .ui, "1.2.3.1")
    for tag in [
      Tag.patientName, .patientID, .patientBirthDate, .patientSex, .studyDate, .studyTime, .studyID,
      .accessionNumber, .referringPhysicianName, .seriesNumber, .instanceNumber,
      Tag(0x0020, 0x0020),
    ] {
      set.set(tag)
    }
    set.set(.modality, .cs, "OT")
    set.set(Tag(0x0008, 0x0064), .cs, "WSD")
    set.set(.samplesPerPixel, ints: [1])
    set.set(.photometricInterpretation, .cs, "MONOCHROME2")
    set.set(.rows, ints: [2])
    set.set(.columns, ints: [3])
    set.set(.bitsAllocated, ints: [8])
    set.set(.bitsStored, ints: [8])
    set.set(.highBit, ints: [7])
    set.set(.pixelRepresentation, ints: [0])
    set.set(.pixelData, .ob, bytes: [0, 1, 2, 3, 4, 5])
    return set
  }

  static func findings(_ set: DataSet) throws -> [String] {
    Validator.findings(try DICOMFile.read(bytes: try DICOMWriter.part10(set))).map(\.line)
  }

  @Test func aSoundFileHasNoFindings() throws {
    #expect(try Self.findings(Self.sound()) == [])
  }

  @Test func missingAndEmptyAttributesAreNamed() throws {
    var set = Self.sound()
    set[.patientID] = nil
    set[.modality] = nil
    set.set(.studyInstanceUID, .ui)
    set.set(.patientName, .pn, "A^B")
    set.set(Tag(0x0008, 0x1032), items: [DataSet()])
    let found = try Self.findings(set)
    #expect(found.contains("error: (0010,0020) Patient ID: missing (type 2 of the module Patient)"))
    #expect(
      found.contains(
        "error: (0020,000D) Study Instance UID: empty (type 1 of the module General Study)"))
    #expect(found.contains { $0.hasPrefix("error: (0008,0060) Modality: missing (type 1") })
    #expect(
      found.contains(
        "error: (0008,0104) Code Meaning in 00081032[1].00080104: missing (type 1 of the module "
          + "General Study)"), "\(found)")
  }

  @Test(
    arguments: [
      (DICOM.Tag.patientBirthDate, VR.da, "20240230", "is no date YYYYMMDD"),
      (.patientBirthDate, .da, "1990.01.02", "is a date, but not of the form YYYYMMDD"),
      (.studyTime, .tm, "2500", "is no time HHMMSS.FFFFFF"),
      (.studyTime, .tm, "10:15", "is a time, but not of the form HHMMSS.FFFFFF"),
      (.patientSex, .cs, "m", "a code may hold A to Z, 0 to 9, blank and _ only"),
      (.patientSex, .cs, "AAAAAAAAAAAAAAAAA", "is longer than 16 characters"),
      (.seriesNumber, .is, "1.5", "is no whole number of 32 bits"),
      (.seriesNumber, .is, "1\\2", "has 2 values, the standard says 1"),
      (.imagePositionPatient, .ds, "1\\2", "has 2 values, the standard says 3"),
      (.imagePositionPatient, .ds, "1\\x\\3", "is no number of up to 16 characters"),
      (.patientName, .pn, "a^b^c^d^e^f", "has more than five components"),
      (.patientName, .pn, "a=b=c=d", "has more than three component groups"),
      (.patientID, .lo, "a\u{1B}[31m", "holds control characters"),
      (.patientID, .lo, "\u{FC}", "holds bytes that its character set does not have"),
      (.studyID, .sh, "12345678901234567", "is longer than 16 characters"),
      (Tag(0x0010, 0x1010), .as, "18Y", "is no age of the form nnnD, nnnW, nnnM or nnnY"),
      (.seriesInstanceUID, .ui, "1.02.3", "is no unique identifier"),
      (.rows, .ul, "AAAA", "has the type UL, the dictionary says US"),
      (Tag(0x0028, 0x0034), .un, "1\\2", "stands as UN, the dictionary says IS"),
      (Tag(0x0029, 0x1001), .lo, "x", "nobody reserved its block: there is no private creator"),
      (Tag(0x0018, 0x0002), .lo, "x", "the standard does not know this attribute"),
    ] as [(DICOM.Tag, VR, String, String)])
  func valuesThatBreakTheRulesAreNamed(tag: DICOM.Tag, vr: VR, value: String, message: String)
    throws
  {
    var set = Self.sound()
    set.set(.specificCharacterSet, .cs, message.contains("bytes") ? "ISO_IR 192" : "ISO_IR 100")
    set.set(tag, vr, bytes: value.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
    if vr == .un { set[tag]?.form = .unknownVR }
    let found = try Self.findings(set)
    #expect(found.contains { $0.contains("\(tag)") && $0.hasSuffix(message) }, "\(found)")
  }

  @Test func encodingAndFileMetaAreChecked() throws {
    let good = try DICOMWriter.part10(Self.sound())
    func findings(_ bytes: [UInt8]) throws -> [String] {
      Validator.findings(try DICOMFile.read(bytes: bytes)).map(\.line)
    }
    // A group length that lies.
    var lying = good
    lying[140] += 2
    #expect(try findings(lying).contains { $0.contains("(0002,0000)") && $0.contains("says") })
    // No file meta information at all.
    let bare = try DICOMWriter.encode(Self.sound())
    #expect(try findings(bare).contains { $0.contains("no “DICM” at byte 128") })
    // Out of order, twice, odd.
    let name: [UInt8] = [0x10, 0, 0x10, 0, 0x50, 0x4E, 3, 0, 0x41, 0x5E, 0x42]
    let broken = try findings(good + name)
    #expect(broken.contains { $0.hasSuffix("stands more than once in its data set") })
    #expect(broken.contains { $0.contains("not in ascending order") })
    #expect(broken.contains { $0.hasSuffix("its length is odd (3 bytes)") })
    // Cut.
    #expect(try findings(Array(good.dropLast(2))).contains { $0.contains("truncated") })
    // Another object than the meta information says.
    var other = try DICOMFile.read(bytes: good)
    other.meta.set(.mediaStorageSOPInstanceUID, .ui, "1.9")
    #expect(
      Validator.findings(other).contains { $0.line.contains("is not the same as (0008,0018)") })
  }

  @Test func imagesThatDoNotFitTheirDescriptionAreNamed() throws {
    var set = Self.sound()
    set.set(.rows, ints: [3])
    set.set(.bitsStored, ints: [9])
    let found = try Self.findings(set)
    #expect(
      found.contains(
        "error: (7FE0,0010) Pixel Data: has 6 bytes, the description of the image asks for 10"))
    #expect(found.contains("error: (0028,0101) Bits Stored: 9 of 8 allocated bits"))
    #expect(found.contains { $0.hasPrefix("error: (0028,0102) High Bit: is 7, expected 8") })
  }

  @Test(
    arguments: [
      ("1", [1], [0, 2]), ("1-3", [1, 2, 3], [0, 4]), ("1-n", [1, 9], [0]),
      ("2-2n", [2, 4], [1, 3, 0]), ("3-3n", [3, 6], [2, 4]), ("2-n", [2, 5], [1]),
    ] as [(String, [Int], [Int])])
  func multiplicities(rule: String, allowed: [Int], refused: [Int]) throws {
    let rule = try #require(Multiplicity(rule))
    #expect(allowed.allSatisfy { rule.allows($0) } && !refused.contains { rule.allows($0) })
    #expect(Multiplicity("1-n or 1") == nil && Multiplicity("") == nil)
  }

  @Test func everyModuleOfTheTableIsParsed() {
    var requirements = 0
    for line in SortedTable(resource: "dicom/modules.tsv").lines {
      let table = SortedTable(resource: "dicom/modules.tsv")
      let name = String(decoding: table.field(0, of: line), as: UTF8.self)
      let text = String(decoding: table.field(1, of: line), as: UTF8.self)
      func count(_ list: [ModuleTable.Requirement]) -> Int {
        list.reduce(0) { $0 + 1 + count($1.inItems) }
      }
      let found = count(ModuleTable.requirements(module: name))
      #expect(found == text.split { " ()".contains($0) }.count, "\(name)")
      requirements += found
    }
    #expect(requirements > 5_000)
    #expect(ModuleTable.iod(sopClassUID: "1.2.840.10008.5.1.4.1.1.2")?.name == "CT Image")
  }

  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func everyFileOfTheCorpusIsCheckedWithoutATrap() throws {
    let folder = try #require(SharedData.dicom)
    var checked = 0
    var clean = 0
    for row in try TruthTests.rows() {
      let path = folder.appendingPathComponent(row.path).path
      guard let findings = try? Validator.findings(path: path) else { continue }
      checked += 1
      if !findings.contains(where: { $0.severity == .error }) { clean += 1 }
      #expect(findings.count <= Validator.maximumFindings)
    }
    print("validate: \(checked) files checked, \(clean) without errors")
    #expect(checked > 450 && clean > 10)
  }
}
