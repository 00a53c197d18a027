import DICOM
import Domain
import Foundation

/// Files as the organiser gets them.
enum OrganiserSamples {
  /// - Parameter other: files of the first study that say they are another patient's.
  static func organiser(_ studies: [ScannedStudy], other: Set<Int>) -> Organiser {
    Organiser(
      studies, headers: headers(studies, other: other),
      seed: UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)))
  }

  static func headers(_ studies: [ScannedStudy], other: Set<Int>) -> [ScannedInstance?] {
    var headers: [ScannedInstance?] = []
    for (number, study) in studies.enumerated() {
      for (place, file) in study.files.enumerated() {
        var header = ScannedInstance(path: file.path, byteCount: file.byteCount)
        let isOther = number == 0 && other.contains(place)
        header.patientName = isOther ? "Demo^Zoe" : study.study.patientName
        header.patientID = isOther ? "P-77" : study.study.patientID
        header.patientBirthDate = isOther ? "19800505" : study.study.patientBirthDate
        header.patientSex = study.study.patientSex
        header.studyInstanceUID = study.study.studyInstanceUID
        header.studyDate = study.study.studyDate
        header.studyTime = study.study.studyTime
        header.studyDescription = study.study.studyDescription
        header.modality = study.study.modality
        header.seriesNumber = file.seriesInstanceUID.hasSuffix("100") ? 1 : 2
        headers.append(header)
      }
    }
    return headers
  }
}
