public import DICOM

/// Puts scanned instances together as studies, one after another as they are found.
///
/// Instances belong together by Study Instance UID; without one, by patient id, study date and
/// modality.
public struct StudyGrouping: Sendable {
  private struct Draft: Sendable {
    var study: StudySummary
    var files: [Row] = []
    var seen: Set<String> = []
    var patients: [Patient: Int] = [:]
    var patientOrder: [Patient] = []
    var modalities: Set<String> = []
    var duplicates = 0
    var notices: [String: Int] = [:]
    var hasUID = true
    /// The finished value; nil after a change.
    var built: ScannedStudy?
  }

  private struct Patient: Hashable, Sendable {
    let id: String
    let name: String
  }

  private struct Row: Sendable {
    var file: DraftFile
    var seriesNumber: Int?
  }

  private var drafts: [String: Draft] = [:]

  public init() {}

  /// Adds an instance.
  /// - Returns: why it was not taken, in words; nil when it was. Of two files with one SOP Instance
  ///   UID in a study the first stays; the study's warnings count the others.
  @discardableResult
  public mutating func add(_ instance: ScannedInstance) -> String? {
    guard !instance.sopInstanceUID.isEmpty else { return "no SOP Instance UID: it cannot be sent" }
    let uid = instance.studyInstanceUID
    let key =
      uid.isEmpty
      ? "\u{1}\(instance.patientID)\u{1}\(instance.studyDate)\u{1}\(instance.modality)" : uid
    var draft = drafts.removeValue(forKey: key) ?? Draft(study: Self.summary(instance))
    draft.hasUID = !uid.isEmpty
    defer { drafts[key] = draft }
    let patient = Patient(
      id: instance.patientID, name: Self.comparable(instance.patientName))
    if draft.patients[patient] == nil { draft.patientOrder.append(patient) }
    draft.patients[patient, default: 0] += 1
    draft.built = nil
    guard draft.seen.insert(instance.sopInstanceUID).inserted else {
      draft.duplicates += 1
      return nil
    }
    if let notice = instance.warning { draft.notices[notice, default: 0] += 1 }
    draft.files.append(
      Row(file: DraftFile(instance), seriesNumber: instance.seriesNumber))
    if !instance.modality.isEmpty { draft.modalities.insert(instance.modality) }
    Self.complete(&draft.study, from: instance)
    return nil
  }

  /// The studies so far, by patient's name, then date, then identifier; files by series and
  /// instance number.
  public mutating func studies() -> [ScannedStudy] {
    for key in drafts.keys where drafts[key]?.built == nil {
      guard let draft = drafts[key] else { continue }
      drafts[key]?.built = Self.build(draft)
    }
    return drafts.values.compactMap(\.built).sorted { a, b in
      let left = (a.study.patientName.lowercased(), a.study.studyDate, a.study.studyInstanceUID)
      let right = (b.study.patientName.lowercased(), b.study.studyDate, b.study.studyInstanceUID)
      return left < right
    }
  }

  /// Number of studies so far.
  public var count: Int { drafts.count }

  private static func build(_ draft: Draft) -> ScannedStudy {
    let rows = draft.files.sorted { a, b in
      let left = (a.seriesNumber ?? .max, a.file.seriesInstanceUID, a.file.instanceNumber ?? .max)
      let right = (b.seriesNumber ?? .max, b.file.seriesInstanceUID, b.file.instanceNumber ?? .max)
      return left == right ? a.file.path < b.file.path : left < right
    }
    var study = draft.study
    study.instanceCount = rows.count
    study.seriesCount = Set(rows.map(\.file.seriesInstanceUID)).count
    var warnings: [String] = []
    var objection: String?
    if !draft.hasUID {
      objection = "no Study Instance UID"
      warnings.append(
        "No Study Instance UID: grouped by patient id, date and modality. Check that these "
          + "files belong together.")
    }
    if draft.patientOrder.count > 1 {
      let names = draft.patientOrder.prefix(3).map { patient in
        "\(patient.name.isEmpty ? "?" : patient.name) (\(patient.id.isEmpty ? "no id" : patient.id))"
      }
      let mixture =
        "Different patients in one study: \(names.joined(separator: ", "))"
        + "\(draft.patientOrder.count > 3 ? " …" : "")"
      warnings.append(mixture + ". Do not send before this is resolved.")
      objection = mixture
    }
    if draft.duplicates > 0 {
      warnings.append(
        draft.duplicates == 1
          ? "One file repeats a SOP Instance UID: the first one found is used."
          : "\(draft.duplicates) files repeat a SOP Instance UID: the first one found is used.")
    }
    warnings += gaps(rows)
    for (notice, count) in draft.notices.sorted(by: { $0.key < $1.key }) {
      warnings.append(count == 1 ? "One file: \(notice)" : "\(count) files: \(notice)")
    }
    return ScannedStudy(
      study: study, files: rows.map(\.file), warnings: warnings, objection: objection)
  }

  /// Missing instance numbers inside of a series. Series that number sparsely (every tenth, or
  /// by time) are not complained about.
  private static func gaps(_ rows: [Row]) -> [String] {
    var numbers: [String: (series: Int?, values: Set<Int>)] = [:]
    for row in rows {
      guard let number = row.file.instanceNumber else { continue }
      numbers[row.file.seriesInstanceUID, default: (row.seriesNumber, [])].values.insert(number)
    }
    return numbers.values.sorted { ($0.series ?? .max) < ($1.series ?? .max) }.compactMap { entry in
      guard let first = entry.values.min(), let last = entry.values.max(), entry.values.count > 2
      else { return nil }
      let (span, overflow) = last.subtractingReportingOverflow(first)
      guard !overflow else { return nil }
      let missing = span - (entry.values.count - 1)
      guard missing > 0, missing <= entry.values.count / 2 else { return nil }
      let series = entry.series.map { "Series \($0)" } ?? "A series"
      let noun = missing == 1 ? "one instance is" : "\(missing) instances are"
      return "\(series): \(noun) missing between number \(first) and \(last)."
    }
  }

  /// Names that differ only in padding, case or separators are one patient's.
  private static func comparable(_ name: String) -> String {
    let alphabetic = name.split(separator: "=", omittingEmptySubsequences: false).first ?? ""
    return alphabetic.split { $0 == "^" || $0 == " " }.joined(separator: " ").uppercased()
  }
}
