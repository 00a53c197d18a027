import DICOM
import Foundation

/// Small valid DICOM objects.
enum TestObjects {
  static let study = "2.25.1001"

  /// A CT slice of `size` bytes of pixels.
  static func slice(_ number: Int, study: String = study, size: Int = 5_000) throws -> Data {
    var set = common("\(study).\(number)", "1.2.840.10008.5.1.4.1.1.2", "CT", study)
    set.set(.rows, ints: [size / 2])
    set.set(.columns, ints: [1])
    set.set(.bitsAllocated, ints: [16])
    let pixels = (0..<size / 2 * 2).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) }
    set.set(Tag(0x7FE0, 0x0010), VR.ow, bytes: pixels)
    return Data(try DICOMWriter.part10(set))
  }

  /// A basic text report.
  static func report(_ number: Int, text: String, isSigned: Bool, study: String = study) throws
    -> Data
  {
    var set = common("2.25.2001.\(number)", "1.2.840.10008.5.1.4.1.1.88.11", "SR", study)
    set.set(.completionFlag, nil, isSigned ? "COMPLETE" : "PARTIAL")
    set.set(.verificationFlag, nil, isSigned ? "VERIFIED" : "UNVERIFIED")
    set.set(.valueType, nil, "CONTAINER")
    var name = DataSet()
    name.set(.codeValue, nil, "121070")
    name.set(.codingSchemeDesignator, nil, "DCM")
    name.set(.codeMeaning, nil, "Findings")
    var item = DataSet()
    item.set(Tag(0x0040, 0xA010), nil, "CONTAINS")
    item.set(.valueType, nil, "TEXT")
    item.set(.conceptNameCodeSequence, items: [name])
    item.set(.textValue, nil, text)
    set.set(.contentSequence, items: [item])
    return Data(try DICOMWriter.part10(set))
  }

  private static func common(_ uid: String, _ sopClass: String, _ modality: String, _ study: String)
    -> DataSet
  {
    var set = DataSet()
    set.set(.sopClassUID, nil, sopClass)
    set.set(.sopInstanceUID, nil, uid)
    set.set(.studyInstanceUID, nil, study)
    set.set(.seriesInstanceUID, nil, study + ".1")
    set.set(.modality, nil, modality)
    set.set(.patientName, nil, "Doe^Jane")
    set.set(.patientID, nil, "P1")
    set.set(.studyDate, nil, "20261101")
    return set
  }
}
