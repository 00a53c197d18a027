public import DICOM

/// An attribute by which a study and its patient are told from others.
public enum IdentityField: String, Sendable, Equatable, Hashable, CaseIterable, Codable {
  case patientName, patientID, patientBirthDate, patientSex
  case studyInstanceUID, accessionNumber, studyDate, studyTime, studyDescription

  public var tag: Tag {
    switch self {
    case .patientName: .patientName
    case .patientID: .patientID
    case .patientBirthDate: .patientBirthDate
    case .patientSex: .patientSex
    case .studyInstanceUID: .studyInstanceUID
    case .accessionNumber: .accessionNumber
    case .studyDate: .studyDate
    case .studyTime: .studyTime
    case .studyDescription: .studyDescription
    }
  }

  /// In plain words.
  public var title: String {
    switch self {
    case .patientName: "patient's name"
    case .patientID: "patient ID"
    case .patientBirthDate: "birth date"
    case .patientSex: "sex"
    case .studyInstanceUID: "Study Instance UID"
    case .accessionNumber: "accession number"
    case .studyDate: "study date"
    case .studyTime: "study time"
    case .studyDescription: "study description"
    }
  }

  public var isOfPatient: Bool {
    switch self {
    case .patientName, .patientID, .patientBirthDate, .patientSex: true
    case .studyInstanceUID, .accessionNumber, .studyDate, .studyTime, .studyDescription: false
    }
  }

  /// Why a value cannot be written, in words; nil when it can (DICOM PS3.5 section 6.2).
  public func objection(to value: String) -> String? {
    let scalars = value.unicodeScalars
    if value.contains("\\") || scalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      return "the \(title) may hold no backslash and no control characters"
    }
    let isASCII = scalars.allSatisfy { $0.value < 0x7F }
    switch self {
    case .patientName:
      let groups = value.split(separator: "=", omittingEmptySubsequences: false)
      if groups.count > 3 || groups.contains(where: { $0.unicodeScalars.count > 64 }) {
        return "the \(title) has at most 64 characters"
      }
    case .patientID, .studyDescription:
      if scalars.count > 64 { return "the \(title) has at most 64 characters" }
    case .accessionNumber:
      if scalars.count > 16 { return "the \(title) has at most 16 characters" }
    case .patientBirthDate, .studyDate:
      if !value.isEmpty, DateValue(value)?.isComplete != true || value.utf8.count != 8 {
        return "the \(title) is written YYYYMMDD, as in 19700131"
      }
    case .studyTime:
      if !value.isEmpty, TimeValue(value) == nil {
        return "the \(title) is written HHMMSS, as in 143000"
      }
    case .patientSex:
      if !["", "M", "F", "O"].contains(value) { return "the \(title) is M, F, O or empty" }
    case .studyInstanceUID:
      if !value.isEmpty, !UID.isValid(value) {
        return "the \(title) has digits and dots, at most 64; empty gives a new one"
      }
    }
    if self == .accessionNumber || self == .patientID, !isASCII {
      return "the \(title) is written in ASCII letters and digits"
    }
    return nil
  }
}

/// What a file, or a study to be sent, says of patient and study.
public struct StudyIdentity: Sendable, Equatable, Hashable, Codable {
  /// As stored: components by `^`, groups by `=`.
  public var patientName = ""
  public var patientID = ""
  /// Dates as YYYYMMDD and times as HHMMSS, or empty.
  public var patientBirthDate = ""
  public var patientSex = ""
  public var studyInstanceUID = ""
  public var accessionNumber = ""
  public var studyDate = ""
  public var studyTime = ""
  public var studyDescription = ""

  public init() {}

  /// What a scan read of a file.
  public init(_ found: ScannedInstance) {
    patientName = found.patientName
    patientID = found.patientID
    patientBirthDate = found.patientBirthDate
    patientSex = found.patientSex
    studyInstanceUID = found.studyInstanceUID
    accessionNumber = found.accessionNumber
    studyDate = found.studyDate
    studyTime = found.studyTime
    studyDescription = found.studyDescription
  }

  public init(_ study: StudySummary) {
    patientName = study.patientName
    patientID = study.patientID
    patientBirthDate = study.patientBirthDate
    patientSex = study.patientSex
    studyInstanceUID = study.studyInstanceUID
    accessionNumber = study.accessionNumber
    studyDate = study.studyDate
    studyTime = study.studyTime
    studyDescription = study.studyDescription
  }

  public subscript(_ field: IdentityField) -> String {
    get { self[keyPath: Self.path(field)] }
    set { self[keyPath: Self.path(field)] = newValue }
  }

  private static func path(_ field: IdentityField) -> WritableKeyPath<StudyIdentity, String> {
    switch field {
    case .patientName: \.patientName
    case .patientID: \.patientID
    case .patientBirthDate: \.patientBirthDate
    case .patientSex: \.patientSex
    case .studyInstanceUID: \.studyInstanceUID
    case .accessionNumber: \.accessionNumber
    case .studyDate: \.studyDate
    case .studyTime: \.studyTime
    case .studyDescription: \.studyDescription
    }
  }

  public var patient: PatientOfStudy {
    PatientOfStudy(id: patientID, storedName: patientName)
  }

  /// Puts the values into a study's summary.
  public func apply(to study: inout StudySummary) {
    study.patientName = patientName
    study.patientID = patientID
    study.patientBirthDate = patientBirthDate
    study.patientSex = patientSex
    study.studyInstanceUID = studyInstanceUID
    study.accessionNumber = accessionNumber
    study.studyDate = studyDate
    study.studyTime = studyTime
    study.studyDescription = studyDescription
  }
}
