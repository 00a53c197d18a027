import Foundation
import Testing

@testable import DICOM

/// What an instance said of the patient and study that it leaves does not go out with it, except as
/// the record of what was replaced.
@Suite struct IdentityScopeTests {
  /// Every attribute that the dictionary has and a scope covers.
  static func tags(_ scope: IdentityScope) -> [DICOM.Tag] {
    scope == .patient ? patientTags : studyTags
  }

  private static let patientTags = find(.patient)
  private static let studyTags = find(.study)

  private static func find(_ scope: IdentityScope) -> [DICOM.Tag] {
    let groups: [UInt16] = [0x0008, 0x0010, 0x0012, 0x0020, 0x0032, 0x0038, 0x0040]
    return groups.flatMap { group in
      // Nothing that they cover has a higher number in these groups, but for one.
      (0x0001...(group == 0x0040 ? 0xA370 : 0x4000)).map { DICOM.Tag(group, UInt16($0)) }.filter {
        scope.covers($0) && DataDictionary.standard[$0] != nil
      }
    }
  }

  /// An instance that says a word wherever it can.
  static func instance(_ word: String, scopes: [IdentityScope] = IdentityScope.allCases) -> DataSet
  {
    var set = WriterTests.sample()
    for tag in scopes.flatMap(tags) {
      let vr = DataDictionary.standard.vr(of: tag)
      if vr == .sq {
        var inner = DataSet()
        inner.set(.codeMeaning, .lo, word)
        var item = DataSet()
        item.set(.personName, .pn, word)
        item.set(.conceptNameCodeSequence, items: [inner])
        set.set(tag, items: [item])
      } else if vr.usesCharacterSet {
        set.set(tag, vr, word)
      } else {
        set.set(tag, vr, bytes: Array(word.utf8.prefix(4)))
      }
    }
    return set
  }

  /// Paths of the elements whose values have a word.
  static func places(of word: String, _ set: DataSet, _ path: String = "") -> [String] {
    set.elements.flatMap { element -> [String] in
      if element.tag == .originalAttributesSequence { return [] }
      let place = path + element.tag.description
      if let bytes = element.bytes {
        return String(decoding: bytes, as: UTF8.self).contains(word) ? [place] : []
      }
      return element.items.flatMap { places(of: word, $0, place) }
    }
  }

  static func former(_ set: DataSet) throws -> DataSet {
    try #require(
      set.items(.originalAttributesSequence).last?.items(.modifiedAttributesSequence).first)
  }

  static let moved: InstanceRewrite = {
    var rewrite = RewriterTests.rewrite()
    rewrite.replaces = IdentityScope.allCases
    return rewrite
  }()

  @Test func theTablesCoverWhatTheStandardLists() {
    let patient = Self.tags(.patient)
    // Other IDs, age, size, weight, address, allergies, ethnic group, occupation, pregnancy,
    // comments, trial subject, admission.
    for number: UInt32 in [
      0x0010_0021, 0x0010_1000, 0x0010_1002, 0x0010_1010, 0x0010_1020, 0x0010_1030, 0x0010_1040,
      0x0010_2000, 0x0010_2110, 0x0010_2154, 0x0010_2160, 0x0010_2180, 0x0010_21B0, 0x0010_21C0,
      0x0010_21D0, 0x0010_4000, 0x0012_0040, 0x0038_0010, 0x0038_0300, 0x0008_1080,
    ] {
      #expect(patient.contains(DICOM.Tag(rawValue: number)), "\(String(number, radix: 16))")
    }
    #expect(patient.count > 80 && Self.tags(.study).count > 40)
    let kept: [DICOM.Tag] = [
      .patientName, .patientID, .studyInstanceUID, .modality, .seriesDescription, .pixelData,
      DICOM.Tag(0x0011, 0x0010), DICOM.Tag(0x0012, 0x0062),
    ]
    for tag in kept {
      #expect(IdentityScope.allCases.allSatisfy { !$0.covers(tag) }, "\(tag)")
    }
  }

  @Test func nothingOfTheOldPatientGoesOut() throws {
    var set = Self.instance("CANARY")
    // Inside of a sequence that stays.
    var item = DataSet()
    item.set(.patientName, .pn, "CANARY^NESTED")
    item.set(.codeMeaning, .lo, "stays")
    set.set(.contentSequence, items: [item])
    let new = try DICOMFile.read(
      bytes: try InstanceRewriter.bytes(
        try DICOMWriter.part10(set), Self.moved, record: RewriterTests.record)
    ).dataSet
    #expect(Self.places(of: "CANA", new) == [])
    let covered = IdentityScope.allCases.flatMap(Self.tags)
    for tag in covered {
      if IdentityScope.isRequired(tag) {
        #expect(new[tag]?.bytes == [], "\(tag)")
      } else {
        #expect(new[tag] == nil, "\(tag)")
      }
    }
    #expect(new.items(.contentSequence).first?.string(.codeMeaning) == "stays")
    #expect(new[.pixelData]?.bytes == [1, 0, 2, 0])
    // The record has all of it, sequences with their items.
    let former = try Self.former(new)
    for tag in covered {
      let (before, after) = (try #require(set[tag]), try #require(former[tag], "\(tag)"))
      #expect(before.items.count == after.items.count, "\(tag)")
    }
    #expect(Self.places(of: "CANA", former).count == Self.places(of: "CANA", set).count)
  }

  @Test func whatTheNewStudysFilesAgreeOnTakesItsPlace() throws {
    let folder = try TestFolder()
    var own: [String] = []
    for (number, comment) in ["one", "other"].enumerated() {
      var set = Self.instance("STANDS")
      set.set(.patientComments, .lt, comment)
      set.set(.referringPhysicianName, .pn, "MÜLLER^Eva")
      own.append(try folder.write("\(number).dcm", try DICOMWriter.part10(set)))
    }
    var common = CommonAttributes()
    for scope in IdentityScope.allCases {
      common = common.merging(try CommonAttributes(of: own, scope))
    }
    // It says nothing itself of some, and is in another character set.
    var set = Self.instance("CANARY", scopes: [.patient])
    set.characterSets = CharacterSets(terms: ["ISO_IR 101"])
    set.set(.specificCharacterSet, .cs, "ISO_IR 101")
    set.set(.patientName, .pn, "OLD")
    set.set(.contentSequence, items: [])
    set.set(.institutionName, .lo, bytes: [0x41, 0xB1])
    let new = try DICOMFile.read(
      bytes: try InstanceRewriter.bytes(
        try DICOMWriter.part10(set, options: RewriterTests.asRead), Self.moved,
        in: RewriteContext(common: common), record: RewriterTests.record)
    ).dataSet
    #expect(Self.places(of: "CANA", new) == [])
    #expect(new[.patientComments] == nil, "they do not agree on it")
    #expect(new.string(.referringPhysicianName) == "MÜLLER^Eva")
    #expect(new.string(.specificCharacterSet) == "ISO_IR 192")
    #expect(new.string(.institutionName) == "Aą")
    for tag in IdentityScope.allCases.flatMap(Self.tags) where tag != .patientComments {
      #expect(new[tag] != nil, "\(tag)")
    }
    #expect(new.string(DICOM.Tag(0x0010, 0x1000)) == "STANDS")
  }

  @Test func aFileThatStaysWithItsPatientKeepsEverything() throws {
    let set = Self.instance("CANARY")
    var rewrite = RewriterTests.rewrite()
    #expect(rewrite.replaces.isEmpty)
    rewrite.changes.removeAll { $0.tag == .studyDescription }
    let new = try DICOMFile.read(
      bytes: try InstanceRewriter.bytes(
        try DICOMWriter.part10(set), rewrite, record: RewriterTests.record)
    ).dataSet
    #expect(Self.places(of: "CANA", new) == Self.places(of: "CANA", set))
  }

  @Test func aRewritingOfBeforeIsStillRead() throws {
    let json = #"{"changes":[{"tag":"00100010","from":"A","to":"B"}]}"#
    let read = try JSONDecoder().decode(InstanceRewrite.self, from: Data(json.utf8))
    #expect(read.replaces == [] && read[.patientName] == "B")
    let again = try JSONDecoder().decode(
      InstanceRewrite.self, from: try JSONEncoder().encode(Self.moved))
    #expect(again == Self.moved)
  }
}
