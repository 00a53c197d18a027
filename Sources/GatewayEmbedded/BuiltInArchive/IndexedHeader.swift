import DICOM
import Foundation
import GRDB
import Gateway

/// What the index keeps of one file, at the three levels of the query model (PS3.4 section C.6.2).
struct IndexedHeader: Sendable {
  var sopInstanceUID: String
  var sopClassUID: String
  var studyInstanceUID: String
  var seriesInstanceUID: String
  var transferSyntaxUID: String
  private var texts: [Tag: String] = [:]
  private var numbers: [Tag: Int] = [:]
  private var study: DICOMJSON
  private var series: DICOMJSON
  private var instance: DICOMJSON

  private static let studyTags: Set<Tag> = [
    .specificCharacterSet, .studyDate, .studyTime, .accessionNumber, .referringPhysicianName,
    .patientName, .patientID, .patientBirthDate, .patientSex, .studyInstanceUID, .studyID,
    .studyDescription, Tag(0x0008, 0x0201), Tag(0x0010, 0x0021),
  ]
  private static let seriesTags: Set<Tag> = [
    .modality, .seriesInstanceUID, .seriesNumber, .seriesDescription, .seriesDate, .seriesTime,
    .bodyPartExamined, .manufacturer, Tag(0x0040, 0x0244), Tag(0x0040, 0x0245),
  ]
  private static let instanceTags: Set<Tag> = [
    // A broken series may mix modalities: each instance answers with its own.
    .modality, .sopClassUID, .sopInstanceUID, .instanceNumber, .rows, .columns, .bitsAllocated,
    .numberOfFrames, .contentDate, .contentTime, .completionFlag, .verificationFlag,
    .mimeTypeOfEncapsulatedDocument,
  ]

  init(_ file: DICOMFile) {
    let set = file.dataSet
    func uid(_ tag: Tag) -> String { set.string(tag) ?? "" }
    sopInstanceUID = uid(.sopInstanceUID)
    sopClassUID = uid(.sopClassUID)
    studyInstanceUID = uid(.studyInstanceUID)
    seriesInstanceUID = uid(.seriesInstanceUID)
    transferSyntaxUID = file.transferSyntax.uid
    for tag in [
      Tag.patientID, .patientName, .patientBirthDate, .accessionNumber, .studyID,
      .studyDescription, .modality,
    ] { texts[tag] = set.string(tag) }
    texts[.studyDate] = set.date(.studyDate)
    for tag in [Tag.seriesNumber, .instanceNumber] { numbers[tag] = set.int(tag) }
    study = DICOMJSON(set, tags: Self.studyTags)
    series = DICOMJSON(set, tags: Self.seriesTags)
    instance = DICOMJSON(set, tags: Self.instanceTags)
  }

  /// Adds the rows that are missing. A study and a series keep the attributes they came with first.
  func insert(_ object: ArchiveObjects.Object, into database: Database, now: Date = Date()) throws {
    func text(_ tag: Tag) -> String { texts[tag] ?? "" }
    func json(_ value: DICOMJSON) throws -> String {
      String(decoding: try DICOMJSON.data(of: value), as: UTF8.self)
    }
    try database.execute(
      sql: "INSERT INTO study VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      arguments: [
        studyInstanceUID, text(.patientID), FoldedText.name(text(.patientName)),
        text(.patientBirthDate), text(.studyDate), text(.accessionNumber), text(.studyID),
        FoldedText.fold(text(.studyDescription)), try json(study),
      ])
    try database.execute(
      sql: "INSERT INTO series VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      arguments: [
        studyInstanceUID, seriesInstanceUID, text(.modality), numbers[.seriesNumber] ?? 0,
        try json(series),
      ])
    try database.execute(
      sql: "INSERT INTO instance VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        sopInstanceUID, studyInstanceUID, seriesInstanceUID, sopClassUID, transferSyntaxUID,
        text(.modality), numbers[.instanceNumber] ?? 0, object.byteCount, object.sha256,
        now.timeIntervalSince1970,
        try json(instance),
      ])
  }
}

/// Text prepared for matching without regard to case and accents, as PS3.4 section C.2.2.2.1 allows
/// for names.
enum FoldedText {
  static func fold(_ text: String) -> String {
    text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
  }

  /// A name with a separator around each component group, without empty components at the end.
  static func name(_ text: String) -> String {
    let groups = text.split(separator: "=", omittingEmptySubsequences: false).map { group in
      var group = group
      while let last = group.last, last == "^" || last == " " { group.removeLast() }
      return fold(String(group))
    }
    return "=" + groups.joined(separator: "=") + "="
  }
}
