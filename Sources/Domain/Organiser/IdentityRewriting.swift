public import DICOM

extension DraftFile {
  /// What becomes of the instance when it goes out under another identity: the changes, and the
  /// identifiers that follow from them. The same for the same changes, whoever makes them.
  /// - Parameters:
  ///   - changes: of patient and study; at least one.
  ///   - found: what the file says.
  ///   - series: the Series Instance UID that it gets; nil when it keeps its own.
  func rewrite(
    _ changes: [AttributeChange], found: StudyIdentity, series: String?
  ) -> InstanceRewrite {
    var changes = changes
    if let series {
      changes.append(AttributeChange(tag: .seriesInstanceUID, from: seriesInstanceUID, to: series))
    }
    let study = changes.first { $0.tag == .studyInstanceUID }?.to ?? found.studyInstanceUID
    let said = IdentityField.allCases.map { found[$0] }
    changes.append(
      AttributeChange(
        tag: .sopInstanceUID, from: sopInstanceUID,
        to: UID.derived(from: ["instance", sopInstanceUID, study] + said + changes.map(\.to))))
    return InstanceRewrite(changes: changes.sorted { $0.tag < $1.tag })
  }

  /// The Series Instance UID that an instance without one gets.
  static func newSeries(_ found: StudyIdentity, modality: String, study: String) -> String {
    UID.derived(from: ["series", found.studyInstanceUID, "", modality, study])
  }

  /// Sets values of patient and study for the copy that goes out, over what the organiser changed
  /// already. A file that says so anyway goes out as it is.
  /// - Parameter header: what the file says.
  public mutating func set(_ values: [IdentityField: String], header: ScannedInstance) {
    let found = StudyIdentity(header)
    var changes: [AttributeChange] = []
    for field in IdentityField.allCases {
      guard let to = values[field] ?? rewrite?[field.tag], to != found[field] else { continue }
      changes.append(AttributeChange(tag: field.tag, from: found[field], to: to))
    }
    guard !changes.isEmpty else {
      rewrite = nil
      return
    }
    let study = changes.first { $0.tag == .studyInstanceUID }?.to ?? found.studyInstanceUID
    var series = rewrite?[.seriesInstanceUID]
    if series == nil, seriesInstanceUID.isEmpty {
      series = Self.newSeries(found, modality: header.modality, study: study)
    }
    var replaces = rewrite?.replaces ?? []
    var identity = found
    for field in IdentityField.allCases {
      if let change = changes.first(where: { $0.tag == field.tag }) { identity[field] = change.to }
    }
    if !replaces.contains(.patient), !found.namesNobody, found.isApart(from: identity.patient) {
      replaces.insert(.patient, at: 0)
    }
    rewrite = rewrite(changes, found: found, series: series)
    rewrite?.replaces = replaces
  }
}

extension StudyIdentity {
  /// True when neither the ID nor the name is the given patient's: where a person corrected only
  /// one of the two, it still is the same patient.
  func isApart(from given: PatientOfStudy) -> Bool {
    let own = patient
    return (own.id.isEmpty || own.id != given.id)
      && (patientName.isEmpty || own.name != given.name)
  }

  var namesNobody: Bool { patientID.isEmpty && patientName.isEmpty }
}

extension DraftFile {
  /// True when a value of the file is replaced when it goes out.
  public func isRewritten(_ field: IdentityField) -> Bool { rewrite?[field.tag] != nil }
}

extension StudyField {
  /// The attribute of every instance that says it; nil for what the series says, each its own: it
  /// is told to the gateway and changes no file.
  public var identity: IdentityField? {
    switch self {
    case .patientName: .patientName
    case .patientID: .patientID
    case .patientBirthDate: .patientBirthDate
    case .patientSex: .patientSex
    case .accessionNumber: .accessionNumber
    case .studyDate: .studyDate
    case .studyDescription: .studyDescription
    case .bodyPart, .modality: nil
    }
  }
}

extension StudyDraft {
  /// Puts what a person typed in the place of what the files say: in the copies that go out, and
  /// in what the gateway is told. A value that is the same as the files' is none.
  /// - Parameter reason: why the patient is said to be another than in the files.
  public mutating func change(_ values: [StudyField: String], reason: String? = nil) {
    var told: [StudyField: String] = [:]
    let found = study
    for (field, value) in values where study[field] != value {
      if let identity = field.identity {
        edited[identity] = value
        study[field] = value
      } else {
        told[field] = value
      }
    }
    tell(told)
    guard !edited.isEmpty else { return }
    let titles = IdentityField.allCases.filter { edited[$0] != nil }.map(\.title)
    notes.append(
      "Changed by hand: \(titles.joined(separator: ", ")). Images that said otherwise go out as"
        + " rewritten copies with new SOP Instance UIDs; the former values are in their Original"
        + " Attributes Sequence.")
    guard let reason, found.identifiesAnother(than: values) else { return }
    notes.append("The patient is another than in the files, reason: \(reason)")
    reasons.append(UploadReason(.identityChanged, reason))
  }
}

extension StudySummary {
  /// True when a value of these replaces one by which the files tell their patient: that wants a
  /// reason. Filling in what the files leave empty does not.
  public func identifiesAnother(than values: [StudyField: String]) -> Bool {
    values.contains { field, value in
      field.isOfPatient && !self[field].isEmpty && self[field] != value
    }
  }
}
