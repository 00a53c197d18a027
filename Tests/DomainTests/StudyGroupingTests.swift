import DICOM
import Domain
import Testing

@Suite struct StudyGroupingTests {
  static func instance(
    _ number: Int, study: String = "1.2.3", series: String = "1.2.3.1", seriesNumber: Int = 1,
    name: String = "DEMO^ANNA", id: String = "P1", sop: String? = nil
  ) -> ScannedInstance {
    var instance = ScannedInstance(path: "/in/\(series)-\(number)", byteCount: 10)
    instance.sopInstanceUID = sop ?? "\(series).\(number)"
    instance.studyInstanceUID = study
    instance.seriesInstanceUID = series
    instance.seriesNumber = seriesNumber
    instance.instanceNumber = number
    instance.patientName = name
    instance.patientID = id
    instance.modality = "CT"
    instance.studyDate = "20260101"
    return instance
  }

  @Test func filesAreOrderedBySeriesAndNumber() throws {
    var grouping = StudyGrouping()
    for number in [3, 1, 2] {
      grouping.add(Self.instance(number, series: "1.2.3.2", seriesNumber: 2))
      grouping.add(Self.instance(number))
    }
    let study = try #require(grouping.studies().first)
    #expect(grouping.count == 1)
    #expect(study.files.map(\.instanceNumber) == [1, 2, 3, 1, 2, 3])
    #expect(study.files.first?.seriesInstanceUID == "1.2.3.1")
    #expect(study.study.seriesCount == 2 && study.study.instanceCount == 6)
    #expect(study.warnings.isEmpty)
    #expect(study.byteCount == 60)
  }

  @Test func studiesAreOrderedByPatientAndDate() {
    var grouping = StudyGrouping()
    grouping.add(Self.instance(1, study: "1.9", name: "zoe"))
    grouping.add(Self.instance(1, study: "1.8", name: "ANNA"))
    grouping.add(Self.instance(1, study: "1.7", name: "Berta"))
    #expect(grouping.studies().map(\.study.patientName) == ["ANNA", "Berta", "zoe"])
  }

  @Test func duplicatesAndGapsAreNamed() throws {
    var grouping = StudyGrouping()
    for number in [1, 2, 4, 5] { grouping.add(Self.instance(number)) }
    var again = Self.instance(2)
    again.path = "/copy/2"
    grouping.add(again)
    let study = try #require(grouping.studies().first)
    #expect(study.files.count == 4)
    // The path that comes first, however the scan met them.
    #expect(study.files.map(\.path).contains("/copy/2"))
    #expect(!study.files.map(\.path).contains("/in/1.2.3.1-2"))
    #expect(study.warnings.count == 2)
    #expect(study.warnings[0].contains("repeats a SOP Instance UID"))
    #expect(study.warnings[1] == "Series 1: one instance is missing between number 1 and 5.")
  }

  @Test func mixedPatientsAreNamedButSpellingsAreNot() throws {
    var grouping = StudyGrouping()
    grouping.add(Self.instance(1, name: "DEMO^ANNA"))
    grouping.add(Self.instance(2, name: "Demo^Anna^"))
    #expect(try #require(grouping.studies().first).warnings.isEmpty)
    grouping.add(Self.instance(3, name: "OTHER^BERT", id: "P2"))
    let warning = try #require(grouping.studies().first?.warnings.first)
    #expect(warning.contains("OTHER BERT (P2)") && warning.contains("DEMO ANNA (P1)"))
  }

  @Test func withoutStudyUIDThePatientDateAndModalityGroup() throws {
    var grouping = StudyGrouping()
    grouping.add(Self.instance(1, study: ""))
    grouping.add(Self.instance(2, study: ""))
    grouping.add(Self.instance(3, study: "", id: "P2"))
    let studies = grouping.studies()
    #expect(studies.map(\.files.count).sorted() == [1, 2])
    #expect(studies.allSatisfy { $0.warnings.first?.hasPrefix("No Study Instance UID") == true })
  }

  @Test func withoutSOPInstanceUIDNothingIsTaken() {
    var grouping = StudyGrouping()
    #expect(grouping.add(Self.instance(1, sop: "")) != nil)
    #expect(grouping.studies().isEmpty)
  }

  @Test func numbersAtTheEdgeOfTheTypeDoNotTrap() {
    var grouping = StudyGrouping()
    for number in [-1, 0, Int.max] { grouping.add(Self.instance(number)) }
    #expect(grouping.studies().count == 1)
  }
}
