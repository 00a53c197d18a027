internal import DICOM
internal import Domain
internal import Foundation
internal import Imaging

/// The attributes that the instances of one demonstration study share, and those of its kinds of
/// image (DICOM PS3.3 A.3, A.6, A.26).
struct DemoTemplate {
  let demo: DemoStudy
  let moment: Date

  private var identity: String { "\(demo.key) \(DemoDate.parts(moment).date)" }
  static let mark = "SYNTHETIC - NOT A PATIENT"

  var summary: StudySummary {
    let (date, time) = DemoDate.parts(moment)
    return StudySummary(
      studyInstanceUID: DemoUID.make("study \(identity)"), patientName: demo.patient.name,
      patientID: demo.patient.id, patientBirthDate: demo.patient.birthDate,
      patientSex: demo.patient.sex, accessionNumber: accession, studyDate: date,
      studyTime: time, studyDescription: demo.description, bodyPart: demo.bodyPart,
      modality: demo.modality, seriesCount: 1)
  }

  private var accession: String {
    "DA\(demo.patient.id.suffix(4))\(DemoDate.parts(moment).date.suffix(4))"
  }

  /// Patient, study, series, equipment and SOP common modules.
  private func common(sopClass: String, index: Int) -> DataSet {
    let (date, time) = DemoDate.parts(moment)
    let summary = self.summary
    var set = DataSet()
    set.set(.specificCharacterSet, .cs, "ISO_IR 192")
    set.set(.sopClassUID, .ui, sopClass)
    set.set(.sopInstanceUID, .ui, DemoUID.make("instance \(index) \(identity)"))
    for tag in [Tag.studyDate, .seriesDate, .acquisitionDate, .contentDate] {
      set.set(tag, .da, date)
    }
    for tag in [Tag.studyTime, .seriesTime, .acquisitionTime, .contentTime] {
      set.set(tag, .tm, time)
    }
    set.set(.accessionNumber, .sh, summary.accessionNumber)
    set.set(.modality, .cs, demo.modality)
    set.set(.manufacturer, .lo, "RadRelay")
    set.set(.institutionName, .lo, "RadRelay demonstration")
    set.set(.referringPhysicianName, .pn, "DEMO^REFERRER")
    set.set(.studyDescription, .lo, demo.description)
    set.set(.seriesDescription, .lo, demo.description)
    set.set(.manufacturerModelName, .lo, "Procedural phantom")
    set.set(.patientName, .pn, demo.patient.name)
    set.set(.patientID, .lo, demo.patient.id)
    set.set(.patientBirthDate, .da, demo.patient.birthDate)
    set.set(.patientSex, .cs, demo.patient.sex)
    set.set(.patientComments, .lt, Self.mark)
    set.set(.bodyPartExamined, .cs, demo.bodyPart)
    set.set(Tag(0x0018, 0x1020), .lo, "phantom 1")
    set.set(.studyInstanceUID, .ui, summary.studyInstanceUID)
    set.set(.seriesInstanceUID, .ui, DemoUID.make("series \(identity)"))
    set.set(.studyID, .sh, String(demo.patient.id.suffix(4)))
    set.set(.seriesNumber, .is, ints: [1])
    set.set(.instanceNumber, .is, ints: [index + 1])
    set.set(.imageComments, .lt, Self.mark)
    set.set(Tag(0x0028, 0x0301), .cs, "NO")
    set.set(Tag(0x0028, 0x2110), .cs, "00")
    return set
  }

  private func pixels(_ set: inout DataSet, columns: Int, rows: Int, bits: Int) {
    set.set(.samplesPerPixel, .us, ints: [1])
    set.set(.photometricInterpretation, .cs, "MONOCHROME2")
    set.set(.rows, .us, ints: [rows])
    set.set(.columns, .us, ints: [columns])
    set.set(.bitsAllocated, .us, ints: [bits > 8 ? 16 : 8])
    set.set(.bitsStored, .us, ints: [bits])
    set.set(.highBit, .us, ints: [bits - 1])
    set.set(.pixelRepresentation, .us, ints: [0])
  }

  func ct(_ plane: GrayPlane, stack: SliceStack, index: Int, window: GrayWindow) -> DataSet {
    var set = common(sopClass: "1.2.840.10008.5.1.4.1.1.2", index: index)
    let position = stack.position(index)
    set.set(.imageType, .cs, "ORIGINAL", "PRIMARY", "AXIAL")
    set.set(Tag(0x0018, 0x0050), .ds, doubles: [stack.sliceSpacing])
    set.set(Tag(0x0018, 0x0060), .ds, doubles: [120])
    set.set(Tag(0x0018, 0x0088), .ds, doubles: [stack.sliceSpacing])
    set.set(Tag(0x0018, 0x1210), .sh, "PHANTOM")
    set.set(Tag(0x0018, 0x5100), .cs, "HFS")
    set.set(.acquisitionNumber, .is, ints: [1])
    set.set(.imagePositionPatient, .ds, doubles: [position.x, position.y, position.z])
    set.set(.imageOrientationPatient, .ds, doubles: [1, 0, 0, 0, 1, 0])
    set.set(.frameOfReferenceUID, .ui, DemoUID.make("frame \(identity)"))
    set.set(Tag(0x0020, 0x1040), .lo, "")
    set.set(Tag(0x0020, 0x1041), .ds, doubles: [position.z])
    pixels(&set, columns: plane.width, rows: plane.height, bits: 12)
    set.set(.pixelSpacing, .ds, doubles: [stack.pixelSpacing, stack.pixelSpacing])
    set.set(.windowCenter, .ds, doubles: [window.center])
    set.set(.windowWidth, .ds, doubles: [window.width])
    set.set(.rescaleIntercept, .ds, doubles: [-1024])
    set.set(.rescaleSlope, .ds, doubles: [1])
    set.set(Tag(0x0028, 0x1054), .lo, "HU")
    set.set(.pixelData, .ow, bytes: plane.littleEndian(offset: 1024, maximum: 4095))
    return set
  }

  func xray(_ plane: GrayPlane) -> DataSet {
    var set = common(sopClass: "1.2.840.10008.5.1.4.1.1.1.1", index: 0)
    let spacing = 372 / Double(max(1, plane.width))
    set.set(.imageType, .cs, "ORIGINAL", "PRIMARY", "")
    set.set(.presentationIntentType, .cs, "FOR PRESENTATION")
    set.set(Tag(0x0008, 0x2218), items: [Self.code("43799004", "SCT", "Thoracic cavity structure")])
    set.set(Tag(0x0018, 0x1164), .ds, doubles: [spacing, spacing])
    set.set(Tag(0x0018, 0x5101), .cs, "PA")
    set.set(Tag(0x0018, 0x7004), .cs, "SCINTILLATOR")
    set.set(Tag(0x0020, 0x0020), .cs, "L", "F")
    set.set(Tag(0x0020, 0x0062), .cs, "U")
    pixels(&set, columns: plane.width, rows: plane.height, bits: 12)
    set.set(.windowCenter, .ds, doubles: [2048])
    set.set(.windowWidth, .ds, doubles: [4096])
    set.set(Tag(0x0028, 0x1040), .cs, "LOG")
    set.set(Tag(0x0028, 0x1041), .ss, ints: [-1])
    set.set(.rescaleIntercept, .ds, doubles: [0])
    set.set(.rescaleSlope, .ds, doubles: [1])
    set.set(Tag(0x0028, 0x1054), .lo, "US")
    set.set(Tag(0x0040, 0x0555), items: [])
    set.set(Tag(0x0054, 0x0220), items: [Self.code("399348003", "SCT", "postero-anterior")])
    set.set(Tag(0x2050, 0x0020), .cs, "IDENTITY")
    set.set(.pixelData, .ow, bytes: plane.littleEndian(offset: 0, maximum: 4095))
    return set
  }

  func ultrasound(_ frame: BytePlane, index: Int) -> DataSet {
    var set = common(sopClass: "1.2.840.10008.5.1.4.1.1.6.1", index: index)
    set.set(.imageType, .cs, "ORIGINAL", "PRIMARY", "ABDOMINAL", "0001")
    set.set(Tag(0x0020, 0x0020), .cs, "")
    pixels(&set, columns: frame.width, rows: frame.height, bits: 8)
    set.set(.windowCenter, .ds, doubles: [128])
    set.set(.windowWidth, .ds, doubles: [256])
    set.set(.pixelData, .ob, bytes: frame.values)
    return set
  }

  static func code(_ value: String, _ scheme: String, _ meaning: String) -> DataSet {
    var set = DataSet()
    set.set(.codeValue, .sh, value)
    set.set(.codingSchemeDesignator, .sh, scheme)
    set.set(.codeMeaning, .lo, meaning)
    return set
  }
}
