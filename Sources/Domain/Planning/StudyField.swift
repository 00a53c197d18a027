/// What a person may say differently from the files. What has an ``identity`` is said by the copies
/// that go out, and to the gateway; the rest only to the gateway. The files themselves stay as they
/// are.
public enum StudyField: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
  case patientName = "patient_name"
  case patientID = "patient_id"
  case patientBirthDate = "patient_birth_date"
  case patientSex = "patient_sex"
  case accessionNumber = "accession_number"
  case studyDate = "study_date"
  case studyDescription = "study_description"
  case bodyPart = "body_part"
  case modality

  /// True for what all studies of a patient share: said once, it holds for all of them.
  public var isOfPatient: Bool {
    switch self {
    case .patientName, .patientID, .patientBirthDate, .patientSex: true
    case .accessionNumber, .studyDate, .studyDescription, .bodyPart, .modality: false
    }
  }

  /// The words beside the value.
  public var title: String {
    switch self {
    case .patientName: "Name"
    case .patientID: "Patient ID"
    case .patientBirthDate: "Born"
    case .patientSex: "Sex"
    case .accessionNumber: "Accession"
    case .studyDate: "Study date"
    case .studyDescription: "Description"
    case .bodyPart: "Body part"
    case .modality: "Modality"
    }
  }

  /// Why a value cannot be taken, in words; nil when it can. Lengths and forms of DICOM PS3.5 6.2.
  public func objection(to value: String) -> String? {
    if value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "has a control character in it"
    }
    if value.contains("\\") { return "has a backslash in it, which separates values in DICOM" }
    switch self {
    case .patientBirthDate, .studyDate:
      return value.isEmpty || Self.isDate(value) ? nil : "must be a day as YYYYMMDD"
    case .patientSex:
      return ["", "M", "F", "O"].contains(value) ? nil : "must be M, F, O or empty"
    case .accessionNumber, .bodyPart, .modality:
      if value.count > 16 { return "has more than 16 characters" }
    case .patientName, .patientID, .studyDescription:
      if value.count > 64 { return "has more than 64 characters" }
    }
    // Identifiers are compared by other systems, and codes are ASCII: PS3.5 6.2, CS.
    let isText = self == .patientName || self == .studyDescription
    return isText || value.utf8.allSatisfy { $0 < 0x7F }
      ? nil : "must be written in ASCII letters and digits"
  }

  private static func isDate(_ value: String) -> Bool {
    guard value.utf8.count == 8, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let month = Int(value.dropFirst(4).prefix(2)), let day = Int(value.suffix(2)),
      let year = Int(value.prefix(4)), year > 1800
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...12).contains(month) && day >= 1 && day <= days[month - 1]
  }
}

extension StudySummary {
  /// The value of a field.
  public subscript(field: StudyField) -> String {
    get {
      switch field {
      case .patientName: patientName
      case .patientID: patientID
      case .patientBirthDate: patientBirthDate
      case .patientSex: patientSex
      case .accessionNumber: accessionNumber
      case .studyDate: studyDate
      case .studyDescription: studyDescription
      case .bodyPart: bodyPart
      case .modality: modality
      }
    }
    set {
      switch field {
      case .patientName: patientName = newValue
      case .patientID: patientID = newValue
      case .patientBirthDate: patientBirthDate = newValue
      case .patientSex: patientSex = newValue
      case .accessionNumber: accessionNumber = newValue
      case .studyDate: studyDate = newValue
      case .studyDescription: studyDescription = newValue
      case .bodyPart: bodyPart = newValue
      case .modality: modality = newValue
      }
    }
  }

  /// The study as it is told: what the person typed in the place of what the files say.
  public func overridden(by values: [StudyField: String]) -> StudySummary {
    var study = self
    for (field, value) in values { study[field] = value }
    return study
  }

  /// Tells patients of one scan apart by what their files say.
  public var patientKey: String {
    patientID.isEmpty && patientName.isEmpty ? "" : patientID + "|" + patientName
  }
}
