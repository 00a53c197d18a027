/// `study_metadata` of `POST /upload/init`.
public struct StudyMetadata: Codable, Sendable, Equatable {
  public var patientName: String
  /// YYYYMMDD.
  public var studyDate: String
  public var modality: String
  public var age: String?
  public var gender: String?
  public var serviceLevel: String?
  public var studyDescription: String?

  public init(
    patientName: String, studyDate: String, modality: String, age: String? = nil,
    gender: String? = nil, serviceLevel: String? = nil, studyDescription: String? = nil
  ) {
    self.patientName = patientName
    self.studyDate = studyDate
    self.modality = modality
    self.age = age
    self.gender = gender
    self.serviceLevel = serviceLevel
    self.studyDescription = studyDescription
  }

  private enum CodingKeys: String, CodingKey {
    case patientName = "patient_name"
    case studyDate = "study_date"
    case modality, age, gender
    case serviceLevel = "service_level"
    case studyDescription = "study_description"
  }
}

/// One file of the manifest (extension `manifest`).
public struct ManifestFile: Codable, Sendable, Equatable {
  public var fileID: String
  public var size: Int64
  /// SHA-256 of the file, lower-case hexadecimal; nil when it was not read yet.
  public var sha256: String?
  public var sopInstanceUID: String

  public init(fileID: String, size: Int64, sha256: String?, sopInstanceUID: String) {
    self.fileID = fileID
    self.size = size
    self.sha256 = sha256
    self.sopInstanceUID = sopInstanceUID
  }

  private enum CodingKeys: String, CodingKey {
    case fileID = "file_id"
    case size, sha256
    case sopInstanceUID = "sop_instance_uid"
  }
}

/// Why a person decided against a safeguard: goes into the gateway's audit log, each once for an
/// upload.
public struct ReasonMessage: Codable, Sendable, Equatable {
  /// `mixed_patients`, `identity_changed` or `duplicate_forced`.
  public var kind: String
  /// 1 to 500 characters.
  public var text: String

  public init(kind: String, text: String) {
    self.kind = kind
    self.text = text
  }
}

/// Body of `POST /upload/init`. The last five are extensions; a plain gateway ignores them.
public struct InitRequest: Codable, Sendable, Equatable {
  public var studyMetadata: StudyMetadata
  public var totalFiles: Int
  /// 1 … 2147483648 with a plain gateway.
  public var totalSizeBytes: Int64
  /// At most 500 characters.
  public var clinicalHistory: String?
  public var forceUpload: Bool?
  /// The client's own id of the upload: the same id again means "resume", never a duplicate.
  public var clientUploadID: String?
  public var studyInstanceUID: String?
  /// The wish for the size of every chunk but a file's last, bytes; the answer's rules.
  public var chunkSize: Int?
  public var files: [ManifestFile]?
  /// At most 8.
  public var reasons: [ReasonMessage]?

  public init(
    studyMetadata: StudyMetadata, totalFiles: Int, totalSizeBytes: Int64,
    clinicalHistory: String? = nil, forceUpload: Bool? = nil, clientUploadID: String? = nil,
    studyInstanceUID: String? = nil, chunkSize: Int? = nil, files: [ManifestFile]? = nil,
    reasons: [ReasonMessage]? = nil
  ) {
    self.studyMetadata = studyMetadata
    self.totalFiles = totalFiles
    self.totalSizeBytes = totalSizeBytes
    self.clinicalHistory = clinicalHistory
    self.forceUpload = forceUpload
    self.clientUploadID = clientUploadID
    self.studyInstanceUID = studyInstanceUID
    self.chunkSize = chunkSize
    self.files = files
    self.reasons = reasons
  }

  private enum CodingKeys: String, CodingKey {
    case studyMetadata = "study_metadata"
    case totalFiles = "total_files"
    case totalSizeBytes = "total_size_bytes"
    case clinicalHistory = "clinical_history"
    case forceUpload = "force_upload"
    case clientUploadID = "client_upload_id"
    case studyInstanceUID = "study_instance_uid"
    case chunkSize = "chunk_size"
    case files, reasons
  }
}

/// Answer of `POST /upload/init`.
public struct InitAnswer: Codable, Sendable, Equatable {
  public var uploadID: String
  public var uploadToken: String
  /// Bytes; advice of a plain gateway, fixed for the session by ours.
  public var chunkSize: Int
  /// With `Z`.
  public var expiresAt: String
  public var warning: String?
  /// True when the session existed and its chunks were kept (extension `manifest`).
  public var resumed: Bool?
  /// Bytes that the gateway has already, of this session or known by their digest; more than 0
  /// means that the status is worth asking for.
  public var receivedBytes: Int64?

  public init(
    uploadID: String, uploadToken: String, chunkSize: Int, expiresAt: String,
    warning: String? = nil, resumed: Bool? = nil, receivedBytes: Int64? = nil
  ) {
    self.uploadID = uploadID
    self.uploadToken = uploadToken
    self.chunkSize = chunkSize
    self.expiresAt = expiresAt
    self.warning = warning
    self.resumed = resumed
    self.receivedBytes = receivedBytes
  }

  private enum CodingKeys: String, CodingKey {
    case uploadID = "upload_id"
    case uploadToken = "upload_token"
    case chunkSize = "chunk_size"
    case expiresAt = "expires_at"
    case warning, resumed
    case receivedBytes = "received_bytes"
  }
}

/// Answer of `PUT /upload/{id}/chunk` with status 200; 204 has no body. Pieces are answered with
/// 200 always.
public struct ChunkAnswer: Codable, Sendable, Equatable {
  public var uploadID: String
  public var fileID: String
  public var chunkIndex: Int
  public var receivedBytes: Int
  /// `received` or `exists`.
  public var status: String
  /// SHA-256 of the bytes kept (extension `chunk-digest`).
  public var sha256: String?
  /// Of a piece: true when the chunk is whole now.
  public var chunkComplete: Bool?

  public init(
    uploadID: String, fileID: String, chunkIndex: Int, receivedBytes: Int, status: String,
    sha256: String? = nil, chunkComplete: Bool? = nil
  ) {
    self.uploadID = uploadID
    self.fileID = fileID
    self.chunkIndex = chunkIndex
    self.receivedBytes = receivedBytes
    self.status = status
    self.sha256 = sha256
    self.chunkComplete = chunkComplete
  }

  private enum CodingKeys: String, CodingKey {
    case uploadID = "upload_id"
    case fileID = "file_id"
    case chunkIndex = "chunk_index"
    case receivedBytes = "received_bytes"
    case status, sha256
    case chunkComplete = "chunk_complete"
  }
}

/// Answer of `GET /upload/{id}/status`.
public struct UploadStatusAnswer: Codable, Sendable, Equatable {
  public struct File: Codable, Sendable, Equatable {
    /// Unordered in a plain gateway.
    public var receivedChunks: [Int]
    public var complete: Bool
    /// Pieces of chunks that are not whole, by the chunk's number: `[offset in the chunk, length]`
    /// each, in order, next to each other ones joined. Nil when there are none.
    public var pieces: [String: [[Int]]]?
    /// What is missing of an announced file: `[offset in the file, length]` each, in order. Nil
    /// when nothing is missing or the size is not known.
    public var missing: [[Int64]]?

    public init(
      receivedChunks: [Int], complete: Bool, pieces: [String: [[Int]]]? = nil,
      missing: [[Int64]]? = nil
    ) {
      self.receivedChunks = receivedChunks
      self.complete = complete
      self.pieces = pieces
      self.missing = missing
    }
    private enum CodingKeys: String, CodingKey {
      case receivedChunks = "received_chunks"
      case complete, pieces, missing
    }
  }

  public var uploadID: String
  public var progressPercent: Double
  public var uploadedBytes: Int64
  public var totalBytes: Int64
  public var state: String
  public var chunksReceived: Int
  public var chunksTotal: Int
  public var pacsStatus: String
  public var files: [String: File]

  public init(
    uploadID: String, progressPercent: Double, uploadedBytes: Int64, totalBytes: Int64,
    state: String, chunksReceived: Int, chunksTotal: Int, pacsStatus: String, files: [String: File]
  ) {
    self.uploadID = uploadID
    self.progressPercent = progressPercent
    self.uploadedBytes = uploadedBytes
    self.totalBytes = totalBytes
    self.state = state
    self.chunksReceived = chunksReceived
    self.chunksTotal = chunksTotal
    self.pacsStatus = pacsStatus
    self.files = files
  }

  private enum CodingKeys: String, CodingKey {
    case uploadID = "upload_id"
    case progressPercent = "progress_percent"
    case uploadedBytes = "uploaded_bytes"
    case totalBytes = "total_bytes"
    case state
    case chunksReceived = "chunks_received"
    case chunksTotal = "chunks_total"
    case pacsStatus = "pacs_status"
    case files
  }
}

/// Answer of `POST /upload/{id}/complete`. Success of a plain gateway is `status == "success"`
/// and a receipt that begins with `STOW-SUCCESS-` or `FALLBACK-SUCCESS-`, and proves nothing.
public struct CompleteAnswer: Codable, Sendable, Equatable {
  /// `success`, `partial_success` or `failed`.
  public var status: String
  public var pacsReceiptID: String?
  public var warnings: [String]
  public var processedFiles: Int
  public var failedFiles: Int

  public init(
    status: String, pacsReceiptID: String?, warnings: [String], processedFiles: Int,
    failedFiles: Int
  ) {
    self.status = status
    self.pacsReceiptID = pacsReceiptID
    self.warnings = warnings
    self.processedFiles = processedFiles
    self.failedFiles = failedFiles
  }

  private enum CodingKeys: String, CodingKey {
    case status
    case pacsReceiptID = "pacs_receipt_id"
    case warnings
    case processedFiles = "processed_files"
    case failedFiles = "failed_files"
  }
}

/// Answer of `GET /upload/{id}/proof` (extension `proof`): the custody of every instance.
public struct ProofAnswer: Codable, Sendable, Equatable {
  public struct Instance: Codable, Sendable, Equatable {
    public var fileID: String
    public var sopInstanceUID: String
    /// SHA-256 of the bytes that the gateway keeps; nil before they are complete.
    public var sha256: String?
    public var size: Int64
    /// `waiting`, `stored`, `verified`, `committed` or `failed`: ``Domain/InstanceState``.
    public var state: String
    /// In words, when failed or waiting for a reason.
    public var reason: String?
    public var storedAt: WireDate?
    public var verifiedAt: WireDate?

    public init(
      fileID: String, sopInstanceUID: String, sha256: String?, size: Int64, state: String,
      reason: String? = nil, storedAt: WireDate? = nil, verifiedAt: WireDate? = nil
    ) {
      self.fileID = fileID
      self.sopInstanceUID = sopInstanceUID
      self.sha256 = sha256
      self.size = size
      self.state = state
      self.reason = reason
      self.storedAt = storedAt
      self.verifiedAt = verifiedAt
    }

    private enum CodingKeys: String, CodingKey {
      case fileID = "file_id"
      case sopInstanceUID = "sop_instance_uid"
      case sha256, size, state, reason
      case storedAt = "stored_at"
      case verifiedAt = "verified_at"
    }
  }

  public var uploadID: String
  public var clientUploadID: String?
  /// `receiving`, `stored`, `forwarding`, `verified`, `committed`, `failed` or `cancelled`.
  public var state: String
  public var reason: String?
  /// When the gateway tries the PACS again, if it waits.
  public var nextAttemptAt: WireDate?
  public var instances: [Instance]

  public init(
    uploadID: String, clientUploadID: String?, state: String, reason: String? = nil,
    nextAttemptAt: WireDate? = nil, instances: [Instance]
  ) {
    self.uploadID = uploadID
    self.clientUploadID = clientUploadID
    self.state = state
    self.reason = reason
    self.nextAttemptAt = nextAttemptAt
    self.instances = instances
  }

  private enum CodingKeys: String, CodingKey {
    case uploadID = "upload_id"
    case clientUploadID = "client_upload_id"
    case state, reason
    case nextAttemptAt = "next_attempt_at"
    case instances
  }
}
