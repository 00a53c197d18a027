public import Domain
public import Foundation
public import Wire

/// The state of an upload at the gateway; the words of ``Wire/ProofAnswer/state``.
public enum CustodyState: String, Sendable, CaseIterable {
  /// Chunks are coming in.
  case receiving
  /// Every byte is durable here and read as DICOM; the PACS has not been asked.
  case stored
  /// On its way to the PACS.
  case forwarding
  /// The PACS lists every instance.
  case verified
  /// The PACS gave back the very bytes of every instance.
  case committed
  /// At least one instance was refused for good; the others went on.
  case failed
  /// Given up by a person, or expired.
  case cancelled

  /// True when chunks are no longer taken.
  public var isClosed: Bool { self != .receiving }

  /// True when the PACS was asked and lists every instance.
  public var isProven: Bool { self == .verified || self == .committed }
}

/// One upload session and, later, the study that it became.
public struct UploadRecord: Sendable, Equatable {
  public var id: UploadID
  public var owner: UserID
  public var ownerName: String
  public var facility: FacilityID
  /// The client's own id; nil from a plain client.
  public var clientUploadID: String?
  public var state: CustodyState
  public var reason: String
  public var metadata: StudyMetadata
  public var clinicalHistory: String
  public var serviceLevel: ServiceLevel
  /// From the manifest, or from the files at completion; empty before.
  public var studyInstanceUID: String
  public var totalFiles: Int
  public var totalBytes: Int64
  /// Bytes of the chunks that were recorded.
  public var receivedBytes: Int64
  /// Bytes of every chunk but a file's last; binding when there is a manifest.
  public var chunkSize: Int
  public var hasManifest: Bool
  public var createdAt: Date
  public var expiresAt: Date
  public var storedAt: Date?
  public var verifiedAt: Date?
  public var nextAttemptAt: Date?
  public var attempts: Int

  public init(
    id: UploadID, owner: UserID, ownerName: String, facility: FacilityID,
    clientUploadID: String?, state: CustodyState = .receiving, reason: String = "",
    metadata: StudyMetadata, clinicalHistory: String = "", serviceLevel: ServiceLevel,
    studyInstanceUID: String = "", totalFiles: Int, totalBytes: Int64, receivedBytes: Int64 = 0,
    chunkSize: Int, hasManifest: Bool, createdAt: Date, expiresAt: Date, storedAt: Date? = nil,
    verifiedAt: Date? = nil, nextAttemptAt: Date? = nil, attempts: Int = 0
  ) {
    self.id = id
    self.owner = owner
    self.ownerName = ownerName
    self.facility = facility
    self.clientUploadID = clientUploadID
    self.state = state
    self.reason = reason
    self.metadata = metadata
    self.clinicalHistory = clinicalHistory
    self.serviceLevel = serviceLevel
    self.studyInstanceUID = studyInstanceUID
    self.totalFiles = totalFiles
    self.totalBytes = totalBytes
    self.receivedBytes = receivedBytes
    self.chunkSize = chunkSize
    self.hasManifest = hasManifest
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.storedAt = storedAt
    self.verifiedAt = verifiedAt
    self.nextAttemptAt = nextAttemptAt
    self.attempts = attempts
  }
}

/// One file of an upload: what was announced, what came, and how far it is proven.
public struct FileRecord: Sendable, Equatable {
  /// Its number in the upload, from 0; names its folder on disk.
  public var ordinal: Int
  /// The client's name for it; never used as a path.
  public var fileID: String
  /// From the manifest; nil from a plain client.
  public var expectedSize: Int64?
  public var expectedSHA256: String?
  public var expectedSOPInstanceUID: String?
  /// Bytes received.
  public var size: Int64
  /// Of the whole file, set at completion.
  public var sha256: String?
  public var instance: InstanceFacts?
  public var blob: BlobKey?
  public var state: InstanceState
  public var reason: String
  public var storedAt: Date?
  /// When the archive said that it took the instance; listing it comes after.
  public var sentAt: Date?
  public var verifiedAt: Date?

  public init(
    ordinal: Int, fileID: String, expectedSize: Int64? = nil, expectedSHA256: String? = nil,
    expectedSOPInstanceUID: String? = nil, size: Int64 = 0, sha256: String? = nil,
    instance: InstanceFacts? = nil, blob: BlobKey? = nil, state: InstanceState = .waiting,
    reason: String = "", storedAt: Date? = nil, sentAt: Date? = nil, verifiedAt: Date? = nil
  ) {
    self.ordinal = ordinal
    self.fileID = fileID
    self.expectedSize = expectedSize
    self.expectedSHA256 = expectedSHA256
    self.expectedSOPInstanceUID = expectedSOPInstanceUID
    self.size = size
    self.sha256 = sha256
    self.instance = instance
    self.blob = blob
    self.state = state
    self.reason = reason
    self.storedAt = storedAt
    self.sentAt = sentAt
    self.verifiedAt = verifiedAt
  }
}

/// One accepted chunk: its bytes are on disk and fsynced before the row exists.
public struct ChunkRecord: Sendable, Equatable {
  public var file: Int
  public var index: Int
  public var size: Int
  public var sha256: String
  /// Where the store has the bytes, in its own words.
  public var place: String

  public init(file: Int, index: Int, size: Int, sha256: String, place: String = "") {
    self.file = file
    self.index = index
    self.size = size
    self.sha256 = sha256
    self.place = place
  }
}
