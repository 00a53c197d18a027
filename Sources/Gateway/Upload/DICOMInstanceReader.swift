import DICOM
public import Foundation

/// Reads a file's identity with the module `DICOM`. The whole structure is walked, so that a file
/// that breaks off is noticed; values are not kept.
public struct DICOMInstanceReader: InstanceReader {
  public init() {}

  public func read(_ file: URL) throws -> InstanceFacts {
    var options = ReadOptions()
    options.maximumValueBytes = 64 << 10
    options.maximumInflatedKept = 16 << 20
    let read = try DICOMFile.read(path: file.path, options: options)
    if let problem = read.problem { throw InstanceProblem(text: "\(problem)") }
    let set = read.dataSet
    func uid(_ tag: Tag, _ name: String) throws -> String {
      guard let value = set.string(tag), !value.isEmpty else {
        throw InstanceProblem(text: "\(name) is missing")
      }
      guard Name.isUID(value) else { throw InstanceProblem(text: "\(name) is not a UID") }
      return value
    }
    func text(_ tag: Tag) -> String { set.string(tag) ?? "" }
    return InstanceFacts(
      sopClassUID: try uid(.sopClassUID, "SOP Class UID (0008,0016)"),
      sopInstanceUID: try uid(.sopInstanceUID, "SOP Instance UID (0008,0018)"),
      studyInstanceUID: try uid(.studyInstanceUID, "Study Instance UID (0020,000D)"),
      seriesInstanceUID: try uid(.seriesInstanceUID, "Series Instance UID (0020,000E)"),
      modality: text(.modality), patientName: text(.patientName), patientID: text(.patientID),
      studyDate: text(.studyDate), studyDescription: text(.studyDescription),
      bodyPart: text(.bodyPartExamined), accessionNumber: text(.accessionNumber))
  }
}

/// Why a file cannot be taken.
struct InstanceProblem: Error, CustomStringConvertible {
  let text: String
  var description: String { text }
}
