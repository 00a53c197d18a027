public import Domain
public import Foundation

extension TransferReceipt {
  /// - Parameters:
  ///   - program: name and version of the program that makes it.
  ///   - now: when it is made.
  public init(_ evidence: UploadEvidence, program: String, at now: Date) {
    let source = evidence.detail.upload
    let instances = evidence.detail.files.map(Instance.init)
    let counts = Counts(instances)
    self.init(
      madeAt: Self.time(now), program: program, gateway: source.gateway, user: source.owner,
      facility: source.facility,
      upload: Upload(
        id: source.id.rawValue, gatewayIDs: evidence.gatewayIDs,
        serviceLevel: source.serviceLevel.rawValue, queuedAt: Self.time(source.createdAt),
        firstSentAt: source.startedAt.map(Self.time), storedAt: source.storedAt.map(Self.time),
        verifiedAt: source.verifiedAt.map(Self.time), bytesSentAgain: source.resentBytes,
        resumed: source.resumeCount, forceReason: evidence.forceReason),
      study: Study(source.study),
      state: State(
        name: source.state.rawValue, reason: source.reason,
        words: Self.words(state: source.state.rawValue, counts)),
      counts: counts, instances: instances,
      history: evidence.detail.log.reversed().map { Event(at: Self.time($0.at), text: $0.text) })
  }

  static func time(_ date: Date) -> String {
    // Rounded to the millisecond: the format style of Foundation cuts, which makes .123 a .122.
    let milliseconds = Int64(clamping: Int((date.timeIntervalSince1970 * 1000).rounded()))
    let fraction = (milliseconds % 1000 + 1000) % 1000
    let second = Date(timeIntervalSince1970: Double((milliseconds - fraction) / 1000))
    let digits = String(fraction)
    return second.formatted(.iso8601).dropLast() + "."
      + String(repeating: "0", count: 3 - digits.count) + digits + "Z"
  }

  /// True when every instance is proven to be in the PACS.
  public var isProven: Bool {
    counts.known > 0
      && (state.name == "verified" && counts.verified == counts.known
        || state.name == "committed" && counts.committed == counts.known)
  }

  /// What state and counts are worth, in words; never more than the counts.
  static func words(state: String, _ counts: Counts) -> String {
    let all = counts.known
    let refused = counts.refused > 0 ? " \(counts.refused) of \(all) were refused." : ""
    switch state {
    case "committed" where counts.committed == all && all > 0:
      return "The PACS has all \(all) instances and gave back, or vouched for, the very bytes of "
        + "each."
    case "verified" where counts.verified == all && all > 0:
      return "The PACS was asked and has all \(all) instances."
    case "unproven":
      return "Not proven: the gateway says that it is complete; that the PACS has them is proven "
        + "for \(counts.verified) of \(all) instances."
    default:
      return "Not proven: the PACS has answered for \(counts.verified) of \(all) instances; the "
        + "gateway has every byte of \(counts.stored) of \(all)." + refused
    }
  }
}

extension TransferReceipt.Study {
  init(_ study: StudySummary) {
    self.init(
      studyInstanceUID: study.studyInstanceUID, patientName: study.patientName,
      patientID: study.patientID, patientBirthDate: study.patientBirthDate,
      patientSex: study.patientSex, accessionNumber: study.accessionNumber,
      studyDate: study.studyDate, studyTime: study.studyTime,
      studyDescription: study.studyDescription, bodyPart: study.bodyPart,
      modality: study.modality, seriesCount: study.seriesCount)
  }
}

extension TransferReceipt.Instance {
  init(_ file: UploadFile) {
    let evidence = file.evidence
    let answer =
      switch evidence.proof {
      case .verified: "has it"
      case .committed: "same bytes"
      case .waiting, .stored, .failed: "none"
      }
    self.init(
      sopInstanceUID: file.sopInstanceUID, sopClassUID: file.sopClassUID,
      seriesInstanceUID: file.seriesInstanceUID, size: file.byteCount, sha256: file.sha256,
      state: file.state.rawValue, proof: evidence.proof.rawValue,
      acknowledgedBytes: evidence.acknowledgedBytes,
      gatewayStoredAt: evidence.gatewayStoredAt.map(TransferReceipt.time), pacsAnswer: answer,
      pacsAnsweredAt: evidence.pacsAnsweredAt.map(TransferReceipt.time),
      heardAt: evidence.heardAt.map(TransferReceipt.time), reason: file.reason)
  }

  /// Lines that the receipt must not contradict: 0 nothing, 1 stored, 2 verified, 3 committed.
  var level: Int? { ["waiting", "stored", "verified", "committed"].firstIndex(of: proof) }
}

extension TransferReceipt.Counts {
  init(_ instances: [TransferReceipt.Instance]) {
    func count(_ level: Int) -> Int { instances.count { ($0.level ?? 0) >= level } }
    self.init(
      known: instances.count, stored: count(1), verified: count(2), committed: count(3),
      refused: instances.count { $0.state == "failed" },
      bytes: instances.reduce(0) { $0.addingReportingOverflow($1.size).partialValue })
  }
}
