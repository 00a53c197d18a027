public import Foundation

/// What was proven of one instance, and when. A refusal that comes later does not undo it.
public struct InstanceEvidence: Sendable, Codable, Equatable {
  /// The highest proof so far: waiting (none), stored, verified or committed.
  public var proof: InstanceState
  /// Bytes of it that the gateway acknowledged, chunk by chunk.
  public var acknowledgedBytes: Int64
  /// By the gateway's clock: when it had every byte. Nil when it was not said, or not kept.
  public var gatewayStoredAt: Date?
  /// By the gateway's clock: when the PACS answered for the instance.
  public var pacsAnsweredAt: Date?
  /// By this machine's clock: when the answer came that its state and reason rest on.
  public var heardAt: Date?

  public init(
    proof: InstanceState = .waiting, acknowledgedBytes: Int64 = 0, gatewayStoredAt: Date? = nil,
    pacsAnsweredAt: Date? = nil, heardAt: Date? = nil
  ) {
    self.proof = proof
    self.acknowledgedBytes = acknowledgedBytes
    self.gatewayStoredAt = gatewayStoredAt
    self.pacsAnsweredAt = pacsAnsweredAt
    self.heardAt = heardAt
  }
}

/// All that the store knows of one upload at one moment: what a receipt is made of.
public struct UploadEvidence: Sendable, Equatable {
  /// With every file, and its whole log.
  public var detail: UploadDetail
  /// Every name that a gateway gave the upload.
  public var gatewayIDs: [String]
  /// Why a person wanted it sent although the gateway had it.
  public var forceReason: String?

  public init(detail: UploadDetail, gatewayIDs: [String], forceReason: String? = nil) {
    self.detail = detail
    self.gatewayIDs = gatewayIDs
    self.forceReason = forceReason
  }
}
