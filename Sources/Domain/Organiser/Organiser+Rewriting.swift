import DICOM

extension Organiser {
  /// What an instance says otherwise when it goes out with a container, UIDs of series and instance
  /// not counted.
  ///
  /// Files that were found in the container keep what they say, unless a person set it. Files that
  /// were moved in become what the container is; where the container has no value and nobody said
  /// that it is empty, a file of the same patient (or study) keeps its own.
  func identityChanges(_ index: Int, in container: OrganiserContainer) -> [AttributeChange] {
    let found = instances[index].found
    let isMoved = homes[index] != container.id
    guard isMoved || !container.edited.isEmpty else { return [] }
    var changes: [AttributeChange] = []
    for field in IdentityField.allCases {
      let (from, to) = (found[field], container.identity[field])
      if from == to { continue }
      let isEdited = container.edited.contains(field)
      guard isMoved || isEdited else { continue }
      if to.isEmpty && !isEdited {
        let isSame =
          field.isOfPatient
          ? found.patient == container.identity.patient
          : found.studyInstanceUID == container.origin
        if isSame || field == .studyInstanceUID { continue }
      }
      changes.append(AttributeChange(tag: field.tag, from: from, to: to))
    }
    return changes
  }

  /// Whose other attributes an instance must not take along into a container.
  ///
  /// Where a person corrected the container's name or ID, a file that has one of the two still is
  /// the same person's.
  func replacedScopes(_ index: Int, in container: OrganiserContainer) -> [IdentityScope] {
    let (found, identity) = (instances[index].found, container.identity)
    let isMoved = homes[index] != container.id
    var isOther = found.patient != identity.patient
    if isOther, !isMoved || !container.edited.isDisjoint(with: [.patientName, .patientID]) {
      isOther = (isMoved || !found.namesNobody) && found.isApart(from: identity.patient)
    }
    // A mixture that is let out as it is keeps what its files say.
    if !isMoved, container.edited.isDisjoint(with: [.patientName, .patientID]) { isOther = false }
    let isOtherStudy = isMoved && (isOther || found.studyInstanceUID != container.origin)
    return (isOther ? [.patient] : []) + (isOtherStudy ? [.study] : [])
  }

  func isRewritten(_ index: Int, in container: OrganiserContainer) -> Bool {
    !identityChanges(index, in: container).isEmpty
  }

  /// A series under a study, as found.
  private struct SeriesUse: Hashable {
    var study: String
    var target: String
  }

  /// Everything that is otherwise in each container's files, by container; nil where nothing is.
  ///
  /// A series keeps its UID when all of it moves; it gets a new one, always the same for the same
  /// series and study, where it is divided between studies, where it meets another one with its
  /// UID, and where it has none. Every rewritten instance gets a new SOP Instance UID.
  func rewrites() -> [[Int: InstanceRewrite]] {
    var uses: [String: Set<SeriesUse>] = [:]
    var changes: [[Int: [AttributeChange]]] = []
    for container in containers {
      var own: [Int: [AttributeChange]] = [:]
      for index in container.members.ranges.joined() {
        let identity = identityChanges(index, in: container)
        if !identity.isEmpty { own[index] = identity }
        let study = instances[index].found.studyInstanceUID
        let target = identity.first { $0.tag == .studyInstanceUID }?.to ?? study
        uses[instances[index].file.seriesInstanceUID, default: []]
          .insert(SeriesUse(study: study, target: target))
      }
      changes.append(own)
    }
    return zip(containers, changes).map { container, own in
      var rewrites: [Int: InstanceRewrite] = [:]
      for (index, identity) in own {
        rewrites[index] = rewrite(instances[index], identity, uses)
        rewrites[index]?.replaces = replacedScopes(index, in: container)
      }
      return rewrites
    }
  }

  private func rewrite(
    _ instance: OrganiserInstance, _ identity: [AttributeChange], _ uses: [String: Set<SeriesUse>]
  ) -> InstanceRewrite {
    let study = instance.found.studyInstanceUID
    let target = identity.first { $0.tag == .studyInstanceUID }?.to ?? study
    let series = instance.file.seriesInstanceUID
    let isShared = (uses[series] ?? []).contains {
      $0.target != target || $0.study != study
    }
    var newSeries: String?
    if series.isEmpty {
      newSeries = DraftFile.newSeries(
        instance.found, modality: instance.modality, study: target)
    } else if target != study && isShared {
      newSeries = UID.derived(from: ["series", study, series, target])
    }
    return instance.file.rewrite(identity, found: instance.found, series: newSeries)
  }
}
