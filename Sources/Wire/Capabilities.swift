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
  }

  public var product: String
  public var version: String
  /// Names, unknown ones included.
  public var extensions: [String]
  public var limits: Limits

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

    private enum CodingKeys: String, CodingKey {
      case minimumChunk = "minimum_chunk"
      case maximumChunk = "maximum_chunk"
      case defaultChunk = "default_chunk"
      case maximumStudyBytes = "maximum_study_bytes"
      case maximumFiles = "maximum_files"
      case sessionSeconds = "session_seconds"
    }
  }

  public init(product: String, version: String, extensions: [String], limits: Limits) {
    self.product = product
    self.version = version
    self.extensions = extensions
    self.limits = limits
  }

  /// True when the gateway announced the extension.
  public func has(_ name: Extension) -> Bool { extensions.contains(name.rawValue) }
}
