public import DICOM

/// Who the files of a container say they are.
public struct PatientMixture: Sendable, Equatable {
  public var patients: Set<PatientOfStudy> = []
  /// Those given; a file may have none.
  public var birthDates: Set<String> = []

  public var isMixed: Bool { patients.count > 1 || birthDates.count > 1 }

  /// In words, without a full stop; nil when it is one patient.
  public var words: String? {
    if patients.count > 1 {
      return StudyNote.mixture(patients.sorted { ($0.name, $0.id) < ($1.name, $1.id) })
    }
    return birthDates.count > 1
      ? "Different birth dates in one study: "
        + birthDates.sorted().prefix(3).joined(separator: ", ") : nil
  }
}

/// What a person should know of a container.
public struct ContainerFlags: Sendable, Equatable {
  public var mixture = PatientMixture()
  /// Instances that were found elsewhere.
  public var movedIn = 0
  /// Instances that go out otherwise than they are.
  public var rewritten = 0
  public var byteCount: Int64 = 0
  /// Why it must not be sent as it is, in words; nil when it may.
  public var objection: String?
  /// The reason that a person gave for sending a mixture.
  public var overrideReason: String?
}

extension Organiser {
  /// What the files of a container say of their patients, whatever they say when they go out.
  public func mixture(of container: OrganiserContainer) -> PatientMixture {
    var mixture = PatientMixture()
    var last: StudyIdentity?
    for index in container.members.ranges.joined() {
      let found = instances[index].found
      if let last, last.patientID == found.patientID, last.patientName == found.patientName,
        last.patientBirthDate == found.patientBirthDate
      {
        continue
      }
      last = found
      mixture.patients.insert(found.patient)
      if !found.patientBirthDate.isEmpty { mixture.birthDates.insert(found.patientBirthDate) }
    }
    return mixture
  }

  /// The flags of every container, in their order.
  public func flags() -> [ContainerFlags] {
    var holders: [String: Int] = [:]
    for container in containers where !container.isEmpty {
      holders[container.identity.studyInstanceUID, default: 0] += 1
    }
    return containers.map { container in
      var flags = ContainerFlags()
      flags.mixture = mixture(of: container)
      for index in container.members.ranges.joined() {
        if homes[index] != container.id { flags.movedIn += 1 }
        if isRewritten(index, in: container) { flags.rewritten += 1 }
        flags.byteCount =
          flags.byteCount
          .addingReportingOverflow(max(0, instances[index].file.byteCount)).partialValue
      }
      guard !container.isEmpty else { return flags }
      let uid = container.identity.studyInstanceUID
      if let override = container.override,
        flags.mixture.patients.isSubset(of: override.patients),
        flags.mixture.birthDates.isSubset(of: override.birthDates)
      {
        flags.overrideReason = override.reason
      }
      if uid.isEmpty {
        flags.objection = "no Study Instance UID: change the study's data to give it one"
      } else if holders[uid] ?? 0 > 1 {
        flags.objection =
          "another study here has the same Study Instance UID: merge them, or give one a new UID"
      } else if let words = flags.mixture.words, flags.overrideReason == nil {
        flags.objection = words
      }
      return flags
    }
  }
}

extension Organiser {
  /// What of an instance is otherwise when it goes out with a container; empty when nothing is.
  public func changedFields(of index: Int, in id: Int) -> [IdentityField] {
    guard instances.indices.contains(index), containers.indices.contains(id) else { return [] }
    let tags = Set(identityChanges(index, in: containers[id]).map(\.tag))
    return IdentityField.allCases.filter { tags.contains($0.tag) }
  }

  /// True when the file says that it is another patient's than the container.
  public func isOfAnotherPatient(_ index: Int, in id: Int) -> Bool {
    guard instances.indices.contains(index), containers.indices.contains(id) else { return false }
    return instances[index].found.patient != containers[id].identity.patient
  }
}

extension IdentityField {
  /// One word, where there is little room.
  public var word: String {
    switch self {
    case .patientName: "name"
    case .patientID: "ID"
    case .patientBirthDate: "born"
    case .patientSex: "sex"
    case .studyInstanceUID: "study"
    case .accessionNumber: "accession"
    case .studyDate: "date"
    case .studyTime: "time"
    case .studyDescription: "description"
    }
  }
}
