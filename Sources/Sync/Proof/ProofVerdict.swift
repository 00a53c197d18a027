import Domain
import Store
import Wire

/// What a proof is worth, compared with what was sent. Pure.
///
/// An instance counts only when file id, SOP Instance UID, size and SHA-256 are those of our file;
/// whatever else the gateway says is no evidence. An instance that is left out proves nothing.
struct ProofVerdict: Sendable, Equatable {
  enum Conclusion: Sendable, Equatable {
    /// Not every instance is stored yet, or the gateway does not say so.
    case waiting
    /// Every instance has reached at least this state.
    case reached(InstanceState)
    /// The gateway or the PACS refused instances, or gave up; in words.
    case refused(String)
    /// The gateway has other bytes than were sent; in words.
    case otherBytes(String)
    /// The gateway says that it is through but leaves instances out, or their digests.
    case incomplete(String)
    /// The gateway still takes chunks: `complete` did not reach it.
    case receiving
    /// The gateway gave the upload up.
    case cancelled
  }

  var conclusion: Conclusion
  /// Evidence per file, as far as it goes.
  var outcomes: [FileOutcome]

  static func judge(_ files: [UploadFile], _ proof: ProofAnswer) -> ProofVerdict {
    var said: [String: [ProofAnswer.Instance]] = [:]
    for instance in proof.instances { said[instance.fileID, default: []].append(instance) }
    var outcomes: [FileOutcome] = []
    var levels: [InstanceState] = []
    var refused: [String] = []
    var foreign = 0
    var unproven = 0
    for file in files {
      guard let instances = said[file.id.rawValue], instances.count == 1,
        let found = instances.first
      else {
        unproven += 1
        levels.append(.waiting)
        continue
      }
      let state = InstanceState(rawValue: found.state) ?? .waiting
      switch state {
      case .failed:
        let reason = String((found.reason ?? "no reason given").prefix(200))
        refused.append(reason)
        // Refused by the PACS, but here: "sent" counts it, "in the PACS" does not.
        let isHere = found.storedAt != nil && isTheFile(found, file)
        outcomes.append(
          FileOutcome(
            file: file.id, state: .failed, reason: reason,
            storedAt: isHere ? found.storedAt?.date : nil))
        levels.append(.waiting)
      case .waiting: levels.append(.waiting)
      case .stored, .verified, .committed:
        guard found.sha256 != nil, file.sha256 != nil else {
          unproven += 1
          levels.append(.waiting)
          continue
        }
        guard isTheFile(found, file) else {
          foreign += 1
          levels.append(.waiting)
          continue
        }
        outcomes.append(
          FileOutcome(
            file: file.id, state: state, storedAt: found.storedAt?.date,
            verifiedAt: state == .stored ? nil : found.verifiedAt?.date))
        levels.append(state)
      }
    }
    return ProofVerdict(
      conclusion: conclude(
        proof, count: files.count, levels: levels, refused: refused, foreign: foreign,
        unproven: unproven),
      outcomes: outcomes)
  }

  /// True when the gateway speaks of the very bytes that were sent.
  private static func isTheFile(_ found: ProofAnswer.Instance, _ file: UploadFile) -> Bool {
    guard let digest = found.sha256?.lowercased(), let own = file.sha256 else { return false }
    return digest == own && found.size == file.byteCount
      && found.sopInstanceUID == file.sopInstanceUID
  }

  private static func conclude(
    _ proof: ProofAnswer, count: Int, levels: [InstanceState], refused: [String], foreign: Int,
    unproven: Int
  ) -> Conclusion {
    if foreign > 0 {
      return .otherBytes(
        "The gateway has other bytes than were sent for \(foreign) of \(count) instances.")
    }
    switch proof.state {
    case "receiving": return .receiving
    case "cancelled": return .cancelled
    case "failed":
      let why = refused.first ?? proof.reason.map { String($0.prefix(200)) } ?? "no reason given"
      let number = refused.isEmpty ? count : refused.count
      return .refused("\(number) of \(count) instances did not reach the PACS: \(why).")
    default: break
    }
    let isThrough = proof.state == "verified" || proof.state == "committed"
    if let lowest = levels.min(by: { $0.order < $1.order }), lowest != .waiting {
      return .reached(lowest)
    }
    // Others may still be on their way; what is refused is refused.
    if !refused.isEmpty,
      isThrough || refused.count + levels.count(where: { $0.order >= 2 }) == count
    {
      return .refused(
        "\(refused.count) of \(count) instances did not reach the PACS: \(refused[0]).")
    }
    if isThrough, unproven > 0 {
      return .incomplete(
        "The gateway says that it is through but proves nothing for \(unproven) of \(count) "
          + "instances.")
    }
    return .waiting
  }
}

extension InstanceState {
  /// How far an instance is proven.
  var order: Int {
    switch self {
    case .failed, .waiting: 0
    case .stored: 1
    case .verified: 2
    case .committed: 3
    }
  }
}
