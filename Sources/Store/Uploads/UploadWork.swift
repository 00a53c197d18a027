public import Domain
public import Foundation

/// The session of an upload at its gateway.
public struct GatewaySession: Sendable, Equatable {
  /// The gateway's name of the upload.
  public var remoteID: String
  /// Secret.
  public var uploadToken: String
  /// Bytes of every chunk but a file's last; more than 0.
  public var chunkSize: Int
  public var expiresAt: Date?

  public init(remoteID: String, uploadToken: String, chunkSize: Int, expiresAt: Date? = nil) {
    self.remoteID = remoteID
    self.uploadToken = uploadToken
    self.chunkSize = chunkSize
    self.expiresAt = expiresAt
  }
}

/// A file and what the gateway acknowledged of it in the present session.
public struct FileProgress: Sendable, Equatable {
  public var file: UploadFile
  public var acknowledged: ChunkBitmap
  public var acknowledgedBytes: Int64

  public init(file: UploadFile, acknowledged: ChunkBitmap, acknowledgedBytes: Int64) {
    self.file = file
    self.acknowledged = acknowledged
    self.acknowledgedBytes = acknowledgedBytes
  }
}

/// All that the sending engine needs to go on with an upload.
public struct UploadWork: Sendable, Equatable {
  public var upload: Upload
  /// Nil before the first init and after the session was lost.
  public var session: GatewaySession?
  /// In the order of the study.
  public var files: [FileProgress]
  /// Why a person wants it sent although the gateway has it; nil when nobody does.
  public var forceReason: String?
  /// What the files say where the upload's study has what a person typed.
  public var overridden: [StudyField: String]
  /// Why a person decided against safeguards; for the gateway's audit log.
  public var reasons: [UploadReason]

  public init(
    upload: Upload, session: GatewaySession?, files: [FileProgress], forceReason: String? = nil,
    overridden: [StudyField: String] = [:], reasons: [UploadReason] = []
  ) {
    self.upload = upload
    self.session = session
    self.files = files
    self.forceReason = forceReason
    self.overridden = overridden
    self.reasons = reasons
  }
}

/// What became known of one instance, with the reason when it failed.
public struct FileOutcome: Sendable, Equatable {
  public var file: FileID
  public var state: InstanceState
  public var reason: String
  /// By the gateway's clock, as far as it says: when it had every byte, when the PACS answered. The
  /// first times that were said are kept. A refused instance has `storedAt` when the gateway proved
  /// that it has every byte.
  public var storedAt: Date?
  public var verifiedAt: Date?

  public init(
    file: FileID, state: InstanceState, reason: String = "", storedAt: Date? = nil,
    verifiedAt: Date? = nil
  ) {
    self.file = file
    self.state = state
    self.reason = reason
    self.storedAt = storedAt
    self.verifiedAt = verifiedAt
  }
}
