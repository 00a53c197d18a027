internal import DICOM
public import Domain
public import Foundation

extension DemoReport {
  /// The report as a Basic Text SR instance, complete and verified (DICOM PS3.3 A.35.1, PS3.16
  /// TID 2000), as the bytes of a Part 10 file.
  /// - Parameters:
  ///   - study: gives Study Instance UID and patient; both stay as they are.
  ///   - signedAt: when it was signed; the SOP Instance UID follows from study and time.
  public func structuredReport(for study: StudySummary, signedAt: Date) throws -> [UInt8] {
    var set = Self.document(
      study, sopClass: "1.2.840.10008.5.1.4.1.1.88.11", modality: "SR", seriesNumber: 900,
      at: signedAt)
    let (date, time) = DemoDate.parts(signedAt)
    set.set(.seriesDescription, .lo, "Report")
    // Type 2 sequences: must be there, may be empty.
    for tag in [Tag(0x0008, 0x1111), Tag(0x0040, 0xA372)] { set.set(tag, items: []) }
    set.set(.completionFlag, .cs, "COMPLETE")
    set.set(.verificationFlag, .cs, "VERIFIED")
    var observer = DataSet()
    observer.set(Tag(0x0040, 0xA027), .lo, "RadRelay demonstration")
    observer.set(Tag(0x0040, 0xA030), .dt, date + time)
    observer.set(Tag(0x0040, 0xA075), .pn, radiologist)
    observer.set(Tag(0x0040, 0xA088), items: [])
    set.set(Tag(0x0040, 0xA073), items: [observer])
    set.set(.valueType, .cs, "CONTAINER")
    set.set(
      .conceptNameCodeSequence,
      items: [DemoTemplate.code("18748-4", "LN", "Diagnostic imaging report")])
    set.set(Tag(0x0040, 0xA050), .cs, "SEPARATE")
    var template = DataSet()
    template.set(Tag(0x0008, 0x0105), .cs, "DCMR")
    template.set(Tag(0x0040, 0xDB00), .cs, "2000")
    set.set(Tag(0x0040, 0xA504), items: [template])
    var person = Self.item("HAS OBS CONTEXT", "PNAME", "121008", "Person Observer Name")
    person.set(.personName, .pn, radiologist)
    set.set(
      .contentSequence,
      items: [
        person,
        Self.section("121070", "Findings", "121071", "Finding", findings),
        Self.section("121072", "Impressions", "121073", "Impression", impression),
      ])
    return try DICOMWriter.part10(set)
  }

  /// A PDF as an Encapsulated PDF instance (DICOM PS3.3 A.45.1), as the bytes of a Part 10 file.
  public static func encapsulated(
    pdf: [UInt8], title: String, for study: StudySummary, signedAt: Date
  ) throws -> [UInt8] {
    var set = document(
      study, sopClass: "1.2.840.10008.5.1.4.1.1.104.1", modality: "DOC", seriesNumber: 901,
      at: signedAt)
    set.set(Tag(0x0008, 0x002A), .dt, "")
    set.set(Tag(0x0008, 0x0064), .cs, "WSD")
    set.set(.seriesDescription, .lo, "Report (PDF)")
    set.set(Tag(0x0028, 0x0301), .cs, "YES")
    set.set(
      .conceptNameCodeSequence,
      items: [DemoTemplate.code("18748-4", "LN", "Diagnostic imaging report")])
    set.set(Tag(0x0042, 0x0010), .st, title)
    set.set(.encapsulatedDocument, .ob, bytes: pdf)
    set.set(.mimeTypeOfEncapsulatedDocument, .lo, "application/pdf")
    set.set(Tag(0x0042, 0x0015), .ul, ints: [pdf.count])
    return try DICOMWriter.part10(set)
  }

  private static func document(
    _ study: StudySummary, sopClass: String, modality: String, seriesNumber: Int, at moment: Date
  ) -> DataSet {
    let (date, time) = DemoDate.parts(moment)
    let identity = "\(modality) \(study.studyInstanceUID) \(date)\(time)"
    var set = DataSet()
    set.set(.specificCharacterSet, .cs, "ISO_IR 192")
    set.set(.sopClassUID, .ui, sopClass)
    set.set(.sopInstanceUID, .ui, DemoUID.make("instance \(identity)"))
    set.set(.studyDate, .da, study.studyDate)
    set.set(.studyTime, .tm, study.studyTime)
    set.set(.seriesDate, .da, date)
    set.set(.seriesTime, .tm, time)
    set.set(.contentDate, .da, date)
    set.set(.contentTime, .tm, time)
    set.set(.accessionNumber, .sh, study.accessionNumber)
    set.set(.modality, .cs, modality)
    set.set(.manufacturer, .lo, "RadRelay")
    set.set(.referringPhysicianName, .pn, "")
    set.set(.studyDescription, .lo, study.studyDescription)
    set.set(.patientName, .pn, study.patientName)
    set.set(.patientID, .lo, study.patientID)
    set.set(.patientBirthDate, .da, study.patientBirthDate)
    set.set(.patientSex, .cs, study.patientSex)
    set.set(.studyInstanceUID, .ui, study.studyInstanceUID)
    set.set(.seriesInstanceUID, .ui, DemoUID.make("series \(identity)"))
    set.set(.studyID, .sh, "")
    set.set(.seriesNumber, .is, ints: [seriesNumber])
    set.set(.instanceNumber, .is, ints: [1])
    return set
  }

  private static func item(_ relation: String, _ type: String, _ code: String, _ meaning: String)
    -> DataSet
  {
    var set = DataSet()
    set.set(Tag(0x0040, 0xA010), .cs, relation)
    set.set(.valueType, .cs, type)
    set.set(.conceptNameCodeSequence, items: [DemoTemplate.code(code, "DCM", meaning)])
    return set
  }

  private static func section(
    _ code: String, _ meaning: String, _ textCode: String, _ textMeaning: String, _ text: String
  ) -> DataSet {
    var inner = item("CONTAINS", "TEXT", textCode, textMeaning)
    inner.set(.textValue, .ut, text)
    var section = item("CONTAINS", "CONTAINER", code, meaning)
    section.set(Tag(0x0040, 0xA050), .cs, "SEPARATE")
    section.set(.contentSequence, items: [inner])
    return section
  }
}
