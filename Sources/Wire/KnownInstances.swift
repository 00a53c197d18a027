/// Body of `POST /upload/known` (capability `sop_lookup`).
public struct KnownInstancesRequest: Codable, Sendable, Equatable {
  public var sopInstanceUIDs: [String]

  public init(sopInstanceUIDs: [String]) { self.sopInstanceUIDs = sopInstanceUIDs }

  private enum CodingKeys: String, CodingKey { case sopInstanceUIDs = "sop_instance_uids" }
}

/// Answer of `POST /upload/known`: the SOP instances among those asked for that the caller's
/// facility has sent and that are kept or proven to be in the archive. Those not named are not
/// known. An instance that was sent several times is named once, with its furthest state.
public struct KnownInstancesAnswer: Codable, Sendable, Equatable {
  public struct Instance: Codable, Sendable, Equatable {
    public var sopInstanceUID: String
    public var uploadID: String
    /// `stored`, `verified` or `committed`.
    public var state: String
    /// SHA-256 of the file that was sent, lower-case hexadecimal.
    public var sha256: String?
    /// When that state was reached.
    public var at: WireDate

    public init(
      sopInstanceUID: String, uploadID: String, state: String, sha256: String?, at: WireDate
    ) {
      self.sopInstanceUID = sopInstanceUID
      self.uploadID = uploadID
      self.state = state
      self.sha256 = sha256
      self.at = at
    }

    private enum CodingKeys: String, CodingKey {
      case sopInstanceUID = "sop_instance_uid"
      case uploadID = "upload_id"
      case state, sha256, at
    }
  }

  public var known: [Instance]

  public init(known: [Instance]) { self.known = known }
}
