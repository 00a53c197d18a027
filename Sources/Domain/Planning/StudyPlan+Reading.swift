import DICOM
public import Foundation

/// Why a plan cannot be used: the field, what is wrong with it, and what was expected.
public struct PlanError: Error, Equatable, CustomStringConvertible {
  /// As in `studies[2].files[0].bytes`; empty for the file as a whole.
  public var field: String
  public var problem: String

  public var description: String { field.isEmpty ? problem : "\(field): \(problem)" }
}

extension StudyPlan {
  /// Reads a plan; nothing is taken on trust, because a person or a script may have written it.
  /// - Parameter user: whose facility may do without clinical histories; nil: it does not.
  /// - Throws: ``PlanError`` for the first field that is wrong.
  public static func decode(_ data: Data, for user: User? = nil) throws -> StudyPlan {
    let object: Any
    do { object = try JSONSerialization.jsonObject(with: data) } catch {
      throw PlanError(field: "", problem: "This is no JSON. Make a plan with: radrelay upload plan")
    }
    guard let top = object as? [String: Any] else {
      throw PlanError(field: "", problem: "A plan is one JSON object; this is something else.")
    }
    guard top["format"] as? String == formatName else {
      throw PlanError(field: "format", problem: "must be \"\(formatName)\"")
    }
    guard let version = top["version"] as? Int, version >= 1 else {
      throw PlanError(field: "version", problem: "must be \(currentVersion)")
    }
    guard version <= currentVersion else {
      throw PlanError(
        field: "version",
        problem: "is \(version), made by a newer RadRelay; this one reads \(currentVersion)")
    }
    try checkKeys(top)
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    let plan: StudyPlan
    do { plan = try decoder.decode(StudyPlan.self, from: data) } catch let error as DecodingError {
      throw PlanError(error)
    }
    try plan.validate(for: user)
    return plan
  }

  /// A misspelt field would be left out silently otherwise, and with it what a person wanted.
  private static func checkKeys(_ top: [String: Any]) throws {
    func check(_ object: [String: Any], _ known: Set<String>, _ place: String) throws {
      guard let key = object.keys.sorted().first(where: { !known.contains($0) }) else { return }
      throw PlanError(
        field: place + key,
        problem: "there is no such field; there are " + known.sorted().joined(separator: ", "))
    }
    let fields = Set(StudyField.allCases.map(\.rawValue))
    try check(top, keys, "")
    for (number, patient) in (top["patients"] as? [[String: Any]] ?? []).enumerated() {
      let place = "patients[\(number)]."
      try check(patient, patientKeys, place)
      try check(patient["overrides"] as? [String: Any] ?? [:], fields, place + "overrides.")
    }
    for (number, study) in (top["studies"] as? [[String: Any]] ?? []).enumerated() {
      let place = "studies[\(number)]."
      try check(study, Study.keys, place)
      for name in ["found", "overrides"] {
        try check(study[name] as? [String: Any] ?? [:], fields, place + name + ".")
      }
      for (index, file) in (study["files"] as? [[String: Any]] ?? []).enumerated() {
        try check(file, File.keys, place + "files[\(index)].")
      }
    }
  }

  private func validate(for user: User?) throws {
    var known: Set<String> = []
    for (number, patient) in patients.enumerated() {
      let place = "patients[\(number)]"
      guard known.insert(patient.key).inserted else {
        throw PlanError(field: place + ".key", problem: "is there twice")
      }
      for (field, value) in patient.overrides.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        guard field.isOfPatient else {
          throw PlanError(
            field: "\(place).overrides.\(field.rawValue)",
            problem: "belongs to a study; write it into the study's overrides")
        }
        try check(field, value, "\(place).overrides")
      }
    }
    var seen: [String: Int] = [:]
    for (number, study) in studies.enumerated() {
      let place = "studies[\(number)]"
      guard known.contains(study.patient) else {
        throw PlanError(field: place + ".patient", problem: "is no key of a patient in the plan")
      }
      if !study.studyInstanceUID.isEmpty {
        guard UID.isUsable(study.studyInstanceUID) else {
          throw PlanError(
            field: place + ".study_instance_uid", problem: "must be made of digits and dots")
        }
        if let other = seen.updateValue(number, forKey: study.studyInstanceUID) {
          throw PlanError(
            field: place + ".study_instance_uid", problem: "is that of studies[\(other)], too")
        }
      }
      try study.validate(place, for: user)
      if study.send, study.identityReason == nil,
        study.summary.identifiesAnother(than: overrides(of: study))
      {
        throw PlanError(
          field: place + ".identity_reason",
          problem: "must say why the patient is another than in the files, in 1 to 500 characters")
      }
    }
  }

  private func check(_ field: StudyField, _ value: String, _ place: String) throws {
    guard let problem = field.objection(to: value) else { return }
    throw PlanError(field: "\(place).\(field.rawValue)", problem: problem)
  }
}

extension StudyPlan.Study {
  fileprivate func validate(_ place: String, for user: User?) throws {
    let length = clinicalHistory.unicodeScalars.count
    guard length <= ClinicalHistory.limit else {
      throw PlanError(
        field: place + ".clinical_history",
        problem: "has \(length) characters; at most \(ClinicalHistory.limit) are allowed")
    }
    if send, serviceLevel.needsClinicalHistory(for: user),
      clinicalHistory.allSatisfy(\.isWhitespace)
    {
      throw PlanError(
        field: place + ".clinical_history", problem: "is needed for \(serviceLevel.title)")
    }
    if send, let missing = ClinicalHistory.missing(in: clinicalHistory) {
      throw PlanError(field: place + ".clinical_history", problem: missing)
    }
    for (field, value) in overrides.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      guard let problem = field.objection(to: value) else { continue }
      throw PlanError(field: "\(place).overrides.\(field.rawValue)", problem: problem)
    }
    for (name, reason) in [
      ("accept_objection", acceptObjection), ("identity_reason", identityReason),
      ("force_reason", forceReason),
    ] {
      guard let reason, !UploadReason(.duplicateForced, reason).isValid else { continue }
      throw PlanError(field: "\(place).\(name)", problem: "must say why, in 1 to 500 characters")
    }
    guard !files.isEmpty else {
      throw PlanError(field: place + ".files", problem: "is empty; take the study out instead")
    }
    var instances: Set<String> = []
    for (index, file) in files.enumerated() {
      try file.validate("\(place).files[\(index)]")
      guard instances.insert(file.sopInstanceUID).inserted else {
        throw PlanError(
          field: "\(place).files[\(index)].sop_instance_uid", problem: "is there twice")
      }
    }
  }
}

extension StudyPlan.File {
  fileprivate func validate(_ place: String) throws {
    guard path.hasPrefix("/"), !path.contains("\0") else {
      throw PlanError(field: place + ".path", problem: "must be an absolute path")
    }
    guard bytes > 0 else {
      throw PlanError(field: place + ".bytes", problem: "must be more than 0")
    }
    for (name, uid, isNeeded) in [
      ("sop_instance_uid", sopInstanceUID, true), ("sop_class_uid", sopClassUID, false),
      ("series_instance_uid", seriesInstanceUID, false),
      ("transfer_syntax_uid", transferSyntaxUID, false),
    ] where uid.isEmpty ? isNeeded : !UID.isUsable(uid) {
      throw PlanError(field: "\(place).\(name)", problem: "must be made of digits and dots")
    }
    if let sha256,
      sha256.utf8.count != 64
        || !sha256.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) })
    {
      throw PlanError(
        field: place + ".sha256", problem: "must be 64 lower-case hexadecimal digits")
    }
  }
}

extension PlanError {
  init(_ error: DecodingError) {
    func name(_ path: [any CodingKey], _ last: (any CodingKey)? = nil) -> String {
      (path + (last.map { [$0] } ?? [])).reduce("") { text, key in
        if let number = key.intValue { return text + "[\(number)]" }
        return text.isEmpty ? key.stringValue : text + "." + key.stringValue
      }
    }
    switch error {
    case .keyNotFound(let key, let context):
      self.init(field: name(context.codingPath, key), problem: "is missing")
    case .typeMismatch(let type, let context):
      self.init(field: name(context.codingPath), problem: "must be \(Self.words(type))")
    case .valueNotFound(let type, let context):
      self.init(field: name(context.codingPath), problem: "must be \(Self.words(type)), not null")
    case .dataCorrupted(let context):
      self.init(field: name(context.codingPath), problem: "has a value that is not known")
    @unknown default:
      self.init(field: "", problem: "The plan cannot be read: \(error)")
    }
  }

  private static func words(_ type: Any.Type) -> String {
    switch type {
    case is String.Type: "a text"
    case is Bool.Type: "true or false"
    case is Int.Type, is Int64.Type: "a whole number"
    case is [String: Any].Type: "an object"
    default: "\(type)".hasPrefix("Array") ? "a list" : "another kind of value"
    }
  }
}
