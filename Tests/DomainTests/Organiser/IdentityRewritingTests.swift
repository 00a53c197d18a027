import DICOM
import Domain
import Foundation
import Testing

/// What a person says of a whole study, as a change of each of its files.
@Suite struct IdentityRewritingTests {
  private let header = OrganiserMaker.header(
    OrganiserMaker.Slice(patient: "ADA", study: "1.1", series: "1.1.1", number: 1))

  @Test func itIsWhatTheOrganiserMakes() throws {
    var organiser = OrganiserMaker.organiser(
      [OrganiserMaker.Slice(patient: "ADA", study: "1.1", series: "1.1.1", number: 1)])
    var identity = organiser.containers[0].identity
    identity.patientName = "EVE^Test"
    identity.accessionNumber = "X1"
    organiser.edit(0, identity)
    let organised = try #require(organiser.result()[0].scanned.files.first)
    var file = DraftFile(header)
    file.set([.patientName: "EVE^Test", .accessionNumber: "X1"], header: header)
    #expect(file.rewrite == organised.rewrite)
    #expect(file.rewrite?[.patientName] == "EVE^Test")
    #expect(file.rewrite?[.sopInstanceUID].map(UID.isValid) == true)
    #expect(file.rewrite?.changes.first { $0.tag == .patientName }?.from == "ADA^Test")
  }

  @Test func whatAFileSaysAnywayIsNoChange() {
    var file = DraftFile(header)
    file.set([.patientName: "ADA^Test"], header: header)
    #expect(file.rewrite == nil)
    // Empty is a value.
    file.set([.accessionNumber: ""], header: header)
    #expect(file.rewrite?[.accessionNumber] == "" && file.isRewritten(.accessionNumber))
    #expect(!file.isRewritten(.patientName))
  }

  /// Over what the organiser changed: its new study and series stay, the instance is yet another.
  @Test func itIsSetOverTheOrganisersChanges() throws {
    var organiser = OrganiserMaker.mixed()
    organiser.split(0, by: .patient)
    let files = organiser.result()[2].scanned.files
    let before = try #require(files.first)
    let found = try #require(
      organiser.instances.first { $0.file.path == before.path })
    var header = OrganiserMaker.header(
      OrganiserMaker.Slice(patient: "BOB", study: "1.1", series: "1.1.1", number: 4))
    header.path = before.path
    #expect(StudyIdentity(header) == found.found)
    var file = before
    file.set([.patientID: "NEW"], header: header)
    for tag in [Tag.studyInstanceUID, .seriesInstanceUID] {
      #expect(file.rewrite?[tag] != nil && file.rewrite?[tag] == before.rewrite?[tag])
    }
    #expect(file.rewrite?[.patientID] == "NEW")
    #expect(file.rewrite?[.sopInstanceUID] != before.rewrite?[.sopInstanceUID])
  }

  @Test func aFileWithoutSeriesGetsOne() {
    var header = header
    header.seriesInstanceUID = ""
    var file = DraftFile(header)
    file.set([.patientSex: "O"], header: header)
    #expect(file.rewrite?[.seriesInstanceUID].map(UID.isValid) == true)
  }
}
