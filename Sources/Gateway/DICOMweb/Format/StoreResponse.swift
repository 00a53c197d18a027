import DICOM
public import Foundation

/// The Store Instances Response Module (PS3.18 annex I.2): what became of each instance.
public struct StoreResponse: Sendable, Equatable {
  /// SOP Instance UIDs of Referenced SOP Sequence (0008,1199).
  public var stored: Set<String> = []
  /// Reasons by SOP Instance UID of Failed SOP Sequence (0008,1198).
  public var failed: [String: FailureReason] = [:]

  public init() {}

  /// Reads the JSON answer.
  /// - Returns: nil when it is no Store Instances Response: neither sequence is there. Orthanc
  ///   sends one with status 400 and without a content type, so the status does not decide.
  public init?(json: Data) {
    let decoder = JSONDecoder()
    // Some servers wrap the data set in an array.
    let sets =
      (try? decoder.decode(DICOMJSON.self, from: json)).map { [$0] }
      ?? (try? decoder.decode([DICOMJSON].self, from: json)) ?? []
    guard
      sets.contains(where: {
        $0.attributes["00081199"] != nil || $0.attributes["00081198"] != nil
      })
    else { return nil }
    for set in sets {
      for item in set.items("00081199") {
        // A server that reports a failure among the references does not count as stored.
        if let code = item.integer("00081197").flatMap({ UInt16(exactly: $0) }), code != 0 {
          failed[item.text("00081155")] = FailureReason(code: code)
        } else {
          stored.insert(item.text("00081155"))
        }
      }
      for item in set.items("00081198") {
        let code = item.integer("00081197").flatMap { UInt16(exactly: $0) } ?? 0x0110
        failed[item.text("00081155")] = FailureReason(code: code)
      }
    }
    stored.remove("")
  }

  /// What the answer says about one instance.
  /// - Parameter isAlone: when the request held nothing else. Of several, one may carry the
  ///   identifier of another, and an identifier in both lists says nothing about either.
  /// - Returns: nil when it does not say.
  public func result(for sopInstanceUID: String, isAlone: Bool) -> StoreOutcome.Result? {
    if let reason = failed[sopInstanceUID] {
      if !isAlone && stored.contains(sopInstanceUID) { return nil }
      return .refused(reason: reason.description, isFinal: reason.isFinal)
    }
    return stored.contains(sopInstanceUID) ? .stored : nil
  }
}
