public import Foundation

/// Where the custody of a study stands. A later state needs evidence for every instance.
///
/// queued → sending → stored → verified → committed; the others leave that line for a reason
/// that ``Upload/reason`` gives in words.
public enum UploadState: String, Sendable, Codable, CaseIterable {
  /// Waiting for its turn.
  case queued
  /// Bytes are going out.
  case sending
  /// The gateway has every byte of every file, digests compared; the PACS has not confirmed.
  case stored
  /// The PACS was asked and has every SOP instance.
  case verified
  /// The PACS gave back (or vouched for) the very bytes of every instance.
  case committed
  /// The gateway said "complete" but can give no proof per instance (a plain RelayPACS gateway).
  case unproven
  /// A person paused it.
  case paused
  /// It needs a person: the source changed or vanished, the metadata is incomplete, the login ended.
  case held
  /// The gateway or the PACS refused it; trying again by itself would not help.
  case failed
  /// The gateway already has this study and a person must decide.
  case duplicate
  /// A person gave it up.
  case cancelled

  /// True when the sending engine has nothing more to do for it.
  public var isFinal: Bool {
    switch self {
    case .verified, .committed, .unproven, .failed, .duplicate, .cancelled: true
    case .queued, .sending, .stored, .paused, .held: false
    }
  }

  /// True when every instance is proven to be in the PACS. Only these may be shown green.
  public var isProven: Bool { self == .verified || self == .committed }

  /// True when it is over without a proof: its record, and copies of its files, stay until a person
  /// does not want them any more.
  public var mayBeForgotten: Bool { isFinal && !isProven }

  /// True when it waits for a person.
  public var needsPerson: Bool { self == .held || self == .failed || self == .duplicate }
}

/// One study on its way: what a person handed to us, and how far it has come.
public struct Upload: Sendable, Codable, Equatable, Identifiable {
  public var id: UploadID
  public var state: UploadState
  /// Why the state is what it is, in words for a person; empty when the state says it all.
  public var reason: String
  public var serviceLevel: ServiceLevel
  /// Why the study was made; at most 500 characters.
  public var clinicalHistory: String
  public var study: StudySummary
  /// Number of files (instances) and their bytes.
  public var fileCount: Int
  public var byteCount: Int64
  /// Bytes of chunks that the gateway acknowledged.
  public var sentBytes: Int64
  /// Files of which the gateway has every byte; files proven to be in the PACS.
  public var storedFiles: Int
  public var verifiedFiles: Int
  /// Bytes of chunks that were put on the wire again, once for each time after the first, and how
  /// often sending was resumed.
  public var resentBytes: Int64
  public var resumeCount: Int
  /// The user who handed it over (or took it over), and the facility that it belongs to.
  public var owner: String
  public var facility: String
  /// Empty where the gateway has no facilities.
  public var facilityID: FacilityID
  public var createdAt: Date
  public var updatedAt: Date
  /// When the engine tries next, if it is waiting.
  public var nextAttemptAt: Date?
  /// When the first byte went out, when the gateway had all, when the PACS had all.
  public var startedAt: Date?
  public var storedAt: Date?
  public var verifiedAt: Date?
  /// The gateway's name for the session; nil before the first init.
  public var remoteID: String?
  /// The origin of the gateway that it goes to, for example `https://relay.example.org`.
  public var gateway: String

  public init(
    id: UploadID, state: UploadState = .queued, reason: String = "",
    serviceLevel: ServiceLevel = .routine, clinicalHistory: String = "", study: StudySummary,
    fileCount: Int, byteCount: Int64, sentBytes: Int64 = 0, storedFiles: Int = 0,
    verifiedFiles: Int = 0, resentBytes: Int64 = 0, resumeCount: Int = 0, owner: String = "",
    facility: String = "", facilityID: FacilityID = FacilityID(""), createdAt: Date,
    updatedAt: Date, nextAttemptAt: Date? = nil,
    startedAt: Date? = nil, storedAt: Date? = nil, verifiedAt: Date? = nil,
    remoteID: String? = nil, gateway: String
  ) {
    self.id = id
    self.state = state
    self.reason = reason
    self.serviceLevel = serviceLevel
    self.clinicalHistory = clinicalHistory
    self.study = study
    self.fileCount = fileCount
    self.byteCount = byteCount
    self.sentBytes = sentBytes
    self.storedFiles = storedFiles
    self.verifiedFiles = verifiedFiles
    self.resentBytes = resentBytes
    self.resumeCount = resumeCount
    self.owner = owner
    self.facility = facility
    self.facilityID = facilityID
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.nextAttemptAt = nextAttemptAt
    self.startedAt = startedAt
    self.storedAt = storedAt
    self.verifiedAt = verifiedAt
    self.remoteID = remoteID
    self.gateway = gateway
  }
}

/// What a list shows of a study (DICOM PS3.3 C.7.1.1, C.7.2.1). Text is UTF-8, decoded from the
/// file's character set, not yet made safe for a terminal.
public struct StudySummary: Sendable, Codable, Equatable {
  /// Study Instance UID (0020,000D); empty when the files have none.
  public var studyInstanceUID: String
  /// Patient's Name (0010,0010) as stored: components by `^`, groups by `=`.
  public var patientName: String
  public var patientID: String
  /// YYYYMMDD, or empty.
  public var patientBirthDate: String
  /// M, F, O or empty.
  public var patientSex: String
  public var accessionNumber: String
  /// YYYYMMDD and HHMMSS, or empty.
  public var studyDate: String
  public var studyTime: String
  public var studyDescription: String
  public var bodyPart: String
  /// The DICOM code of the (first) modality: CT, MR, DX, US …
  public var modality: String
  public var seriesCount: Int
  public var instanceCount: Int

  public init(
    studyInstanceUID: String = "", patientName: String = "", patientID: String = "",
    patientBirthDate: String = "", patientSex: String = "", accessionNumber: String = "",
    studyDate: String = "", studyTime: String = "", studyDescription: String = "",
    bodyPart: String = "", modality: String = "", seriesCount: Int = 0, instanceCount: Int = 0
  ) {
    self.studyInstanceUID = studyInstanceUID
    self.patientName = patientName
    self.patientID = patientID
    self.patientBirthDate = patientBirthDate
    self.patientSex = patientSex
    self.accessionNumber = accessionNumber
    self.studyDate = studyDate
    self.studyTime = studyTime
    self.studyDescription = studyDescription
    self.bodyPart = bodyPart
    self.modality = modality
    self.seriesCount = seriesCount
    self.instanceCount = instanceCount
  }
}

/// One file of an upload, and the proof collected for it.
public struct UploadFile: Sendable, Codable, Equatable {
  public var id: FileID
  public var uploadID: UploadID
  /// Where the bytes are on this machine.
  public var path: String
  public var byteCount: Int64
  /// SHA-256 of the whole file, lower-case hexadecimal; nil until it was first read.
  public var sha256: String?
  /// The file's modification time (nanoseconds since 1970) and inode when it was planned: a
  /// change of either means that the source changed under us.
  public var modifiedAt: Int64
  public var inode: UInt64
  public var sopInstanceUID: String
  public var sopClassUID: String
  public var seriesInstanceUID: String
  public var transferSyntaxUID: String
  public var state: InstanceState
  /// Why, in words, when the state is failed.
  public var reason: String
  /// What was proven of it, and when.
  public var evidence: InstanceEvidence

  public init(
    id: FileID, uploadID: UploadID, path: String, byteCount: Int64, sha256: String? = nil,
    modifiedAt: Int64, inode: UInt64, sopInstanceUID: String, sopClassUID: String,
    seriesInstanceUID: String, transferSyntaxUID: String, state: InstanceState = .waiting,
    reason: String = "", evidence: InstanceEvidence = InstanceEvidence()
  ) {
    self.id = id
    self.uploadID = uploadID
    self.path = path
    self.byteCount = byteCount
    self.sha256 = sha256
    self.modifiedAt = modifiedAt
    self.inode = inode
    self.sopInstanceUID = sopInstanceUID
    self.sopClassUID = sopClassUID
    self.seriesInstanceUID = seriesInstanceUID
    self.transferSyntaxUID = transferSyntaxUID
    self.state = state
    self.reason = reason
    self.evidence = evidence
  }
}

/// How far one instance is proven, at either end.
public enum InstanceState: String, Sendable, Codable, CaseIterable {
  /// Not all of its bytes are at the gateway.
  case waiting
  /// The gateway has its bytes, size and digest compared, and read them as DICOM.
  case stored
  /// The PACS answered a query for it.
  case verified
  /// The PACS returned the same bytes, or vouched for them.
  case committed
  /// Refused by the gateway or the PACS; the reason stands beside it.
  case failed
}
