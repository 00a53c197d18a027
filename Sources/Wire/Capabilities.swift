/// `GET /api/v1/capabilities`: what this gateway can do beyond RelayPACS v1. A plain gateway
/// answers 404, and then none of the extensions is used. Needs no login.
public struct Capabilities: Codable, Sendable, Equatable {
  /// Extensions by name; a client ignores those that it does not know.
  public enum Extension: String, Codable, Sendable, CaseIterable {
    /// `upload/init` takes the list of files with sizes and digests, and re-initialises the same
    /// upload under the same client id.
    case manifest
    /// Chunk answers carry the digest of the bytes received; `Content-Digest` is checked.
    case chunkDigest = "chunk-digest"
    /// `GET upload/{id}/proof`.
    case proof
    /// `GET sync/changes`, and event ids on the stream.
    case changes
    /// `POST upload/{id}/cancel`.
    case cancel
    /// `PUT` and `DELETE templates/{id}`; templates come with `sync/changes`.
    case templates
  }

  public var product: String
  public var version: String
  /// Names, unknown ones included.
  public var extensions: [String]
  public var limits: Limits
  /// Chunks may come in pieces (`piece_offset` and `chunk_bytes` of `PUT upload/{id}/chunk`).
  public var pieces: Pieces?
  /// Chunks of several files may come in one body (`POST upload/{id}/chunks`).
  public var batch: Batch?
  /// Names of `Content-Encoding` that bodies of chunks, pieces and batches may have. Digests and
  /// byte counts are those of the plain bytes. A plain gateway stores such a body as it is.
  public var compression: [String]?
  /// `POST upload/known` tells which SOP instances the facility has sent already.
  public var sopLookup: SOPLookup?

  /// What a piece of a chunk has to keep to.
  public struct Pieces: Codable, Sendable, Equatable {
    /// Bytes that a piece has at least, unless it is a chunk's last.
    public var minimum: Int

    public init(minimum: Int) { self.minimum = minimum }

    private enum CodingKeys: String, CodingKey { case minimum = "min" }
  }

  /// What a body of several chunks has to keep to.
  public struct Batch: Codable, Sendable, Equatable {
    /// Bytes of all chunks together, without the list before them.
    public var maximumBytes: Int
    public var maximumChunks: Int

    public init(maximumBytes: Int, maximumChunks: Int) {
      self.maximumBytes = maximumBytes
      self.maximumChunks = maximumChunks
    }

    private enum CodingKeys: String, CodingKey {
      case maximumBytes = "max_bytes"
      case maximumChunks = "max_chunks"
    }
  }

  public struct SOPLookup: Codable, Sendable, Equatable {
    /// SOP Instance UIDs that one request may name.
    public var maximum: Int
    /// Studies that one request may name, to find others with the same name, date and modality; nil
    /// where these are not looked for.
    public var studies: Int?

    public init(maximum: Int, studies: Int? = nil) {
      self.maximum = maximum
      self.studies = studies
    }

    private enum CodingKeys: String, CodingKey {
      case maximum = "max"
      case studies = "max_studies"
    }
  }

  /// Bounds of this gateway. The client keeps its own outer bounds besides.
  public struct Limits: Codable, Sendable, Equatable {
    /// Bytes.
    public var minimumChunk: Int
    public var maximumChunk: Int
    public var defaultChunk: Int
    public var maximumStudyBytes: Int64
    public var maximumFiles: Int
    /// Seconds that a session lives after its last accepted chunk.
    public var sessionSeconds: Int

    public init(
      minimumChunk: Int, maximumChunk: Int, defaultChunk: Int, maximumStudyBytes: Int64,
      maximumFiles: Int, sessionSeconds: Int
    ) {
      self.minimumChunk = minimumChunk
      self.maximumChunk = maximumChunk
      self.defaultChunk = defaultChunk
      self.maximumStudyBytes = maximumStudyBytes
      self.maximumFiles = maximumFiles
      self.sessionSeconds = sessionSeconds
    }

    /// Every bound is written under the name of the first version, too.
    private enum CodingKeys: String, CodingKey {
      case minimumChunk = "min_chunk_bytes"
      case maximumChunk = "max_chunk_bytes"
      case maximumStudyBytes = "study_bytes"
      case maximumFiles = "study_files"
      case sessionHours = "session_hours"
      case defaultChunk = "default_chunk"
      case sessionSeconds = "session_seconds"
      case firstMinimumChunk = "minimum_chunk"
      case firstMaximumChunk = "maximum_chunk"
      case firstMaximumStudyBytes = "maximum_study_bytes"
      case firstMaximumFiles = "maximum_files"
    }

    /// Reads either name of a bound.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      func bound<Value: Decodable>(_ key: CodingKeys, _ first: CodingKeys) throws -> Value {
        if let value = try container.decodeIfPresent(Value.self, forKey: key) { return value }
        return try container.decode(Value.self, forKey: first)
      }
      minimumChunk = try bound(.minimumChunk, .firstMinimumChunk)
      maximumChunk = try bound(.maximumChunk, .firstMaximumChunk)
      maximumStudyBytes = try bound(.maximumStudyBytes, .firstMaximumStudyBytes)
      maximumFiles = try bound(.maximumFiles, .firstMaximumFiles)
      defaultChunk =
        try container.decodeIfPresent(Int.self, forKey: .defaultChunk) ?? maximumChunk
      if let seconds = try container.decodeIfPresent(Int.self, forKey: .sessionSeconds) {
        sessionSeconds = seconds
      } else {
        let hours = try container.decode(Int.self, forKey: .sessionHours)
        let (seconds, overflow) = hours.multipliedReportingOverflow(by: 3_600)
        sessionSeconds = overflow ? .max : seconds
      }
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      for key in [CodingKeys.minimumChunk, .firstMinimumChunk] {
        try container.encode(minimumChunk, forKey: key)
      }
      for key in [CodingKeys.maximumChunk, .firstMaximumChunk] {
        try container.encode(maximumChunk, forKey: key)
      }
      for key in [CodingKeys.maximumStudyBytes, .firstMaximumStudyBytes] {
        try container.encode(maximumStudyBytes, forKey: key)
      }
      for key in [CodingKeys.maximumFiles, .firstMaximumFiles] {
        try container.encode(maximumFiles, forKey: key)
      }
      try container.encode(defaultChunk, forKey: .defaultChunk)
      try container.encode(sessionSeconds, forKey: .sessionSeconds)
      try container.encode(sessionSeconds / 3_600, forKey: .sessionHours)
    }
  }

  public init(
    product: String, version: String, extensions: [String], limits: Limits,
    pieces: Pieces? = nil, batch: Batch? = nil, compression: [String]? = nil,
    sopLookup: SOPLookup? = nil
  ) {
    self.product = product
    self.version = version
    self.extensions = extensions
    self.limits = limits
    self.pieces = pieces
    self.batch = batch
    self.compression = compression
    self.sopLookup = sopLookup
  }

  private enum CodingKeys: String, CodingKey {
    case product, version, extensions, limits, pieces, batch, compression
    case sopLookup = "sop_lookup"
  }

  /// True when the gateway announced the extension.
  public func has(_ name: Extension) -> Bool { extensions.contains(name.rawValue) }
}
