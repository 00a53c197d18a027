import DICOM
public import Foundation

/// A plan of what to send: made by a scan, changed by whoever likes, checked and run without a
/// screen. JSON, one object; every field is described here and in the manual.
///
///     radrelay upload plan /media/cd -o plan.json --level routine
///     radrelay upload check plan.json && radrelay upload run plan.json --wait
public struct StudyPlan: Sendable, Codable, Equatable {
  /// Always ``formatName``.
  public var format: String
  /// ``currentVersion``; a later one is refused by this program.
  public var version: Int
  public var createdAt: Date
  /// One for each patient of the files; what is overridden here holds for all of his studies.
  public var patients: [Patient]
  public var studies: [Study]

  public static let formatName = "radrelay-plan"
  public static let currentVersion = 1

  public struct Patient: Sendable, Codable, Equatable {
    /// Named by ``Study/patient``; any text.
    public var key: String
    /// What a person says differently from the files, by ``StudyField``.
    public var overrides: [StudyField: String]
  }

  public struct Study: Sendable, Codable, Equatable {
    /// Empty when the files have none.
    public var studyInstanceUID: String
    /// The ``Patient/key`` that it belongs to.
    public var patient: String
    /// False leaves the study where it is.
    public var send: Bool
    public var serviceLevel: ServiceLevel
    /// At most 500 characters; needed for stat and emergency.
    public var clinicalHistory: String
    /// What the files say.
    public var found: [StudyField: String]
    /// What a person says instead; wins over the patient's.
    public var overrides: [StudyField: String]
    /// What a person should know of the study.
    public var warnings: [String]
    /// Why it is not sent unless ``acceptObjection`` gives a reason.
    public var objection: String?
    /// The decision of a person to send it although there is an objection, with the reason, which is
    /// kept in the upload's history.
    public var acceptObjection: String?
    /// Why the patient is said to be another than in the files; needed where an override replaces a
    /// name, ID, birth date or sex that the files have.
    public var identityReason: String?
    /// Why it is to be sent although the gateway, or this workstation, has sent it before.
    public var forceReason: String?
    public var files: [File]

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case studyInstanceUID = "study_instance_uid"
      case patient, send
      case serviceLevel = "service_level"
      case clinicalHistory = "clinical_history"
      case found, overrides, warnings, objection
      case acceptObjection = "accept_objection"
      case identityReason = "identity_reason"
      case forceReason = "force_reason"
      case files
    }
    static let keys = Set(CodingKeys.allCases.map(\.rawValue))

    /// What the files say, as a study.
    public var summary: StudySummary {
      var summary = StudySummary(
        studyInstanceUID: studyInstanceUID,
        seriesCount: Set(files.map(\.seriesInstanceUID)).count, instanceCount: files.count)
      for (field, value) in found { summary[field] = value }
      return summary
    }
  }

  public struct File: Sendable, Codable, Equatable {
    /// Absolute path; of an instance in an archive that of the archive.
    public var path: String
    public var archiveEntry: String?
    public var bytes: Int64
    /// Modification time of the file (or archive), nanoseconds since 1970.
    public var modifiedAt: Int64
    public var sopInstanceUID: String
    public var sopClassUID: String
    public var seriesInstanceUID: String
    public var transferSyntaxUID: String
    public var instanceNumber: Int?
    /// SHA-256, lower-case hexadecimal; what is sent is then compared with it.
    public var sha256: String?
    /// Why it is copied into RadRelay's own folder before it is sent; absent for a file that is sent
    /// from where it lies.
    public var copiedFirst: StagingReason?

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case path
      case archiveEntry = "archive_entry"
      case bytes
      case modifiedAt = "modified_at_ns"
      case sopInstanceUID = "sop_instance_uid"
      case sopClassUID = "sop_class_uid"
      case seriesInstanceUID = "series_instance_uid"
      case transferSyntaxUID = "transfer_syntax_uid"
      case instanceNumber = "instance_number"
      case sha256
      case copiedFirst = "copied_first"
    }
    static let keys = Set(CodingKeys.allCases.map(\.rawValue))
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case format, version
    case createdAt = "created_at"
    case patients, studies
  }
  static let keys = Set(CodingKeys.allCases.map(\.rawValue))
  static let patientKeys: Set<String> = ["key", "overrides"]
}

extension StudyPlan {
  /// A plan of everything that a scan found; what has an objection is not chosen.
  public init(_ scanned: [ScannedStudy], level: ServiceLevel, history: String, at now: Date) {
    var patients: [Patient] = []
    var seen: Set<String> = []
    for study in scanned where seen.insert(study.study.patientKey).inserted {
      patients.append(Patient(key: study.study.patientKey, overrides: [:]))
    }
    self.init(
      format: Self.formatName, version: Self.currentVersion, createdAt: now, patients: patients,
      studies: scanned.map { Study($0, level: level, history: history) })
  }

  /// The plan as a file: keys sorted, so that two plans can be compared line by line.
  public func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    var data = try encoder.encode(self)
    data.append(0x0A)
    return data
  }

  /// What holds for a study: the patient's overrides, and over them its own.
  public func overrides(of study: Study) -> [StudyField: String] {
    let ofPatient = patients.first { $0.key == study.patient }?.overrides ?? [:]
    return ofPatient.merging(study.overrides) { $1 }
  }

  /// What is handed over of a study.
  public func draft(of study: Study) -> StudyDraft {
    var draft = StudyDraft(
      study: study.summary, serviceLevel: study.serviceLevel,
      clinicalHistory: study.clinicalHistory,
      files: study.files.map { DraftFile($0) })
    draft.change(overrides(of: study), reason: study.identityReason)
    if let reason = study.forceReason { draft.force(because: reason) }
    if let objection = study.objection, let reason = study.acceptObjection {
      draft.notes.append("Sent although: \(objection). Reason: \(reason)")
      if objection.hasPrefix(StudyNote.mixtureWords) {
        draft.reasons.append(UploadReason(.mixedPatients, reason))
      }
    }
    return draft
  }
}

extension StudyPlan.Study {
  public init(_ scanned: ScannedStudy, level: ServiceLevel, history: String) {
    var found: [StudyField: String] = [:]
    for field in StudyField.allCases where !scanned.study[field].isEmpty {
      found[field] = scanned.study[field]
    }
    self.init(
      studyInstanceUID: scanned.study.studyInstanceUID, patient: scanned.study.patientKey,
      send: scanned.objection == nil, serviceLevel: level, clinicalHistory: history, found: found,
      overrides: [:], warnings: scanned.warnings, objection: scanned.objection,
      acceptObjection: nil, identityReason: nil, forceReason: nil,
      files: scanned.files.map { StudyPlan.File($0) })
  }
}

extension StudyPlan.File {
  init(_ file: DraftFile) {
    self.init(
      path: file.path, archiveEntry: file.archiveEntry, bytes: file.byteCount,
      modifiedAt: file.modifiedAt, sopInstanceUID: file.sopInstanceUID,
      sopClassUID: file.sopClassUID, seriesInstanceUID: file.seriesInstanceUID,
      transferSyntaxUID: file.transferSyntaxUID, instanceNumber: file.instanceNumber,
      sha256: file.sha256, copiedFirst: file.staging)
  }
}

extension DraftFile {
  /// - Parameter planned: whose inode is not kept: the plan may be run after the medium was put in
  ///   again. It is 0 until the file was looked at.
  public init(_ planned: StudyPlan.File) {
    self.init(
      path: planned.path, archiveEntry: planned.archiveEntry, byteCount: planned.bytes,
      modifiedAt: planned.modifiedAt, inode: 0, sopInstanceUID: planned.sopInstanceUID,
      sopClassUID: planned.sopClassUID, seriesInstanceUID: planned.seriesInstanceUID,
      transferSyntaxUID: planned.transferSyntaxUID, instanceNumber: planned.instanceNumber,
      sha256: planned.sha256, staging: planned.copiedFirst)
  }
}
