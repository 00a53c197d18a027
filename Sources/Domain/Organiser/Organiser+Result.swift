import DICOM

/// A study as a person put it together.
public struct OrganisedStudy: Sendable, Equatable {
  /// The id of its container.
  public var id: Int
  /// Files that go out otherwise than they are carry their ``DraftFile/rewrite``. The objection is
  /// what still keeps it from being sent.
  public var scanned: ScannedStudy
  /// What was changed and why, for the upload's history: no names, no numbers of patients.
  public var record: [String]
  /// Why its files go out although a safeguard spoke against it, for the audit log.
  public var reasons: [UploadReason] = []
  /// The place among the studies that were found; nil for a new one.
  public var foundAt: Int?
}

extension Organiser {
  /// The studies to be sent, empty containers left out.
  public func result() -> [OrganisedStudy] {
    let flags = flags()
    let rewrites = rewrites()
    return containers.filter { !$0.isEmpty }.map { container in
      let own = rewrites[container.id]
      let flags = flags[container.id]
      let isFound = found.indices.contains(container.id)
      let record = record(container, flags, own)
      let reasons =
        flags.mixture.isMixed
        ? flags.overrideReason.map { [UploadReason(.mixedPatients, $0)] } ?? [] : []
      if isFound, own.isEmpty, flags.movedIn == 0,
        container.count == found[container.id].files.count
      {
        // As it was found; a reason may have taken the objection away.
        var scanned = found[container.id]
        scanned.objection = flags.objection
        return OrganisedStudy(
          id: container.id, scanned: scanned, record: record, reasons: reasons,
          foundAt: container.id)
      }
      return OrganisedStudy(
        id: container.id, scanned: scanned(container, flags, own), record: record,
        reasons: reasons, foundAt: isFound ? container.id : nil)
    }
  }

  private func scanned(
    _ container: OrganiserContainer, _ flags: ContainerFlags, _ rewrites: [Int: InstanceRewrite]
  ) -> ScannedStudy {
    var study =
      found.indices.contains(container.id) ? found[container.id].study : StudySummary()
    var files: [DraftFile] = []
    var series: Set<String> = []
    var identifiers: Set<String> = []
    var repeated = 0
    for index in container.members.ranges.joined() {
      var file = instances[index].file
      file.rewrite = rewrites[index]
      files.append(file)
      series.insert(file.rewrite?[.seriesInstanceUID] ?? file.seriesInstanceUID)
      if !identifiers.insert(file.rewrite?[.sopInstanceUID] ?? file.sopInstanceUID).inserted {
        repeated += 1
      }
      if study.modality.isEmpty { study.modality = instances[index].modality }
    }
    container.identity.apply(to: &study)
    study.instanceCount = files.count
    study.seriesCount = series.count
    var warnings: [String] = []
    if flags.rewritten > 0 {
      warnings.append(
        "Organised: \(Self.images(flags.rewritten)) will be sent as rewritten copies; the files"
          + " stay as they are.")
    }
    if let words = flags.mixture.words { warnings.append(words + ".") }
    let twice =
      repeated == 0
      ? nil
      : "\(Self.images(repeated)) with a SOP Instance UID that another one has: move them out"
    return ScannedStudy(
      study: study, files: files, warnings: warnings, objection: flags.objection ?? twice,
      seriesDescriptions: found.indices.contains(container.id)
        ? found[container.id].seriesDescriptions : [])
  }

  private func record(
    _ container: OrganiserContainer, _ flags: ContainerFlags, _ rewrites: [Int: InstanceRewrite]
  ) -> [String] {
    var lines: [String] = []
    var moved: [[String]: Int] = [:]
    for index in container.members.ranges.joined() where homes[index] != container.id {
      let own = instances[index].found
      let whose = own.patient == container.identity.patient ? "" : " of another patient"
      moved[[own.studyInstanceUID, whose], default: 0] += 1
    }
    for (from, count) in moved.sorted(by: { ($0.key[0], $0.key[1]) < ($1.key[0], $1.key[1]) }) {
      let study = from[0].isEmpty ? "a study without UID" : "study \(from[0])"
      lines.append("Organised: \(Self.images(count)) moved here from \(study)\(from[1]).")
    }
    if found.indices.contains(container.id) {
      let gone = homes.indices.count {
        homes[$0] == container.id && !container.members.contains($0)
      }
      if gone > 0 { lines.append("Organised: \(Self.images(gone)) moved away to other studies.") }
    }
    if !container.edited.isEmpty {
      let fields = IdentityField.allCases.filter(container.edited.contains).map(\.title)
      lines.append("Organised: \(fields.joined(separator: ", ")) set by hand.")
    }
    if !rewrites.isEmpty {
      lines.append(
        "Organised: \(Self.images(rewrites.count)) go out as rewritten copies with new SOP"
          + " Instance UIDs; the former values are in their Original Attributes Sequence.")
    }
    if flags.mixture.isMixed, let reason = flags.overrideReason {
      lines.append("Files of different patients are sent as one study, reason: \(reason)")
    }
    return lines
  }
}
