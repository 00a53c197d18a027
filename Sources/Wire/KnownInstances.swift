/// Body of `POST /upload/known` (capability `sop_lookup`).
public struct KnownInstancesRequest: Codable, Sendable, Equatable {
  /// A study, to find others that look like it.
  public struct Study: Codable, Sendable, Equatable {
    public var studyInstanceUID: String
    /// As `upload/init` has them.
    public var patientName: String
    public var studyDate: String
    public var modality: String

    public init(studyInstanceUID: String, patientName: String, studyDate: String, modality: String)
    {
      self.studyInstanceUID = studyInstanceUID
      self.patientName = patientName
      self.studyDate = studyDate
      self.modality = modality
    }

    private enum CodingKeys: String, CodingKey {
      case studyInstanceUID = "study_instance_uid"
      case patientName = "patient_name"
      case studyDate = "study_date"
      case modality
    }
  }

  public var sopInstanceUIDs: [String]
  /// At most ``Capabilities/SOPLookup/studies``.
  public var studies: [Study]?

  public init(sopInstanceUIDs: [String], studies: [Study]? = nil) {
    self.sopInstanceUIDs = sopInstanceUIDs
    self.studies = studies
  }

  private enum CodingKeys: String, CodingKey {
    case sopInstanceUIDs = "sop_instance_uids"
    case studies
  }
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

  /// Another study of the facility with the name, date and modality of one that was asked about.
  public struct Similar: Codable, Sendable, Equatable {
    /// The place of the study in the request.
    public var study: Int
    /// When the other one was sent.
    public var at: WireDate

    public init(study: Int, at: WireDate) {
      self.study = study
      self.at = at
    }
  }

  public var known: [Instance]
  /// The newest for each study that has one, of the last 30 days.
  public var similar: [Similar]?

  public init(known: [Instance], similar: [Similar]? = nil) {
    self.known = known
    self.similar = similar
  }
}
