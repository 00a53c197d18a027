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
  /// - Parameters:
  ///   - minute: of the signature, on 1 November 2026 from 10:00 on.
  ///   - replacing: SOP Instance UIDs of its predecessors.
  static func report(
    _ number: Int, text: String, isSigned: Bool, study: String = study, minute: Int? = nil,
    isAddendum: Bool = false, replacing: [String] = []
  ) throws -> Data {
    var set = common(reportUID(number), "1.2.840.10008.5.1.4.1.1.88.11", "SR", study)
    set.set(.completionFlag, nil, isSigned ? "COMPLETE" : "PARTIAL")
    set.set(.verificationFlag, nil, isSigned ? "VERIFIED" : "UNVERIFIED")
    set.set(.valueType, nil, "CONTAINER")
    sign(&set, minute)
    var name = DataSet()
    name.set(.codeValue, nil, isAddendum ? "121078" : "121070")
    name.set(.codingSchemeDesignator, nil, "DCM")
    name.set(.codeMeaning, nil, isAddendum ? "Addendum" : "Findings")
    var item = DataSet()
    item.set(Tag(0x0040, 0xA010), nil, "CONTAINS")
    item.set(.valueType, nil, "TEXT")
    item.set(.conceptNameCodeSequence, items: [name])
    item.set(.textValue, nil, text)
    set.set(.contentSequence, items: [item])
    if !replacing.isEmpty {
      let references = replacing.map { uid in
        var reference = DataSet()
        reference.set(Tag(0x0008, 0x1155), nil, uid)
        return reference
      }
      var series = DataSet()
      series.set(Tag(0x0008, 0x1199), items: references)
      var predecessor = DataSet()
      predecessor.set(Tag(0x0008, 0x1115), items: [series])
      set.set(Tag(0x0040, 0xA360), items: [predecessor])
    }
    return Data(try DICOMWriter.part10(set))
  }

  static func reportUID(_ number: Int) -> String { "2.25.2001.\(number)" }

  /// An encapsulated PDF whose text no tool can read.
  static func pdf(_ number: Int, content: String, study: String = study, minute: Int? = nil) throws
    -> Data
  {
    var set = common(reportUID(number), "1.2.840.10008.5.1.4.1.1.104.1", "DOC", study)
    sign(&set, minute)
    let bytes = Array("%PDF-1.4 \(content)".utf8)
    set.set(Tag(0x0042, 0x0015), ints: [bytes.count])
    set.set(.encapsulatedDocument, VR.ob, bytes: bytes + (bytes.count % 2 == 1 ? [0] : []))
    return Data(try DICOMWriter.part10(set))
  }

  private static func sign(_ set: inout DataSet, _ minute: Int?) {
    guard let minute else { return }
    set.set(.contentDate, nil, "20261101")
    set.set(.contentTime, nil, "\(1000 + minute)00")
    set.set(Tag(0x0008, 0x0201), nil, "+0000")
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
