import DICOM
import Domain
import Foundation

/// Studies of invented patients, as a scan gives them.
enum OrganiserMaker {
  struct Slice {
    var patient: String
    var study: String
    var series: String
    var number: Int
    var sop: String?
  }

  static func header(_ slice: Slice) -> ScannedInstance {
    var found = ScannedInstance(
      path: "/in/\(slice.patient)-\(slice.study)-\(slice.series)-\(slice.number)",
      byteCount: 1_000)
    found.sopInstanceUID = slice.sop ?? "1.2.3.\(slice.series).\(slice.number)"
    found.sopClassUID = "1.2.840.10008.5.1.4.1.1.7"
    found.seriesInstanceUID = slice.series
    found.studyInstanceUID = slice.study
    found.instanceNumber = slice.number
    found.patientName = "\(slice.patient)^Test"
    found.patientID = "ID-\(slice.patient)"
    found.patientBirthDate = "1970010\(slice.patient.utf8.count % 9 + 1)"
    found.patientSex = "F"
    found.accessionNumber = "A\(slice.study.suffix(4))"
    found.studyDate = "20260102"
    found.studyDescription = "CT \(slice.study)"
    found.modality = "CT"
    return found
  }

  static func organiser(_ slices: [Slice]) -> Organiser {
    var grouping = StudyGrouping()
    let headers = slices.map(header)
    for header in headers { grouping.add(header) }
    let studies = grouping.studies()
    let byPath = Dictionary(headers.map { ($0.path, $0) }) { first, _ in first }
    return Organiser(
      studies, headers: studies.flatMap { $0.files.map { byPath[$0.path] } },
      seed: UUID(uuidString: "00000000-0000-4000-8000-000000000001") ?? UUID())
  }

  /// Two patients under one Study Instance UID and in one series, and a study beside them.
  static func mixed() -> Organiser {
    organiser(
      (1...3).map { Slice(patient: "ADA", study: "1.1", series: "1.1.1", number: $0) }
        + (4...5).map { Slice(patient: "BOB", study: "1.1", series: "1.1.1", number: $0) }
        + (1...4).map { Slice(patient: "CARL", study: "1.2", series: "1.2.1", number: $0) })
  }

  static func set(_ places: Int...) -> RangeSet<Int> {
    var set = RangeSet<Int>()
    for place in places { set.insert(contentsOf: place..<place + 1) }
    return set
  }
}
