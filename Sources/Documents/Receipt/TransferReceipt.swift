/// What one workstation knows of one upload at one moment: a transfer log that a person can show.
///
/// It never says more than the evidence: counts are counts of the records, and a record says what
/// was proven of its instance, not what the upload is called. Times are UTC with milliseconds
/// (`2026-11-21T19:20:48.123Z`); sizes are bytes; what is not known is left out.
public struct TransferReceipt: Sendable, Codable, Equatable {
  public static let formatName = "radrelay-transfer-receipt"
  public static let formatVersion = 1

  public var format = formatName
  public var version = formatVersion
  public var madeAt: String
  /// Name and version of the program that made it.
  public var program: String
  /// The origin of the gateway that the study went to.
  public var gateway: String
  /// Who handed the study over, and for which facility.
  public var user: String
  public var facility: String
  public var upload: Upload
  public var study: Study
  public var state: State
  public var counts: Counts
  /// In the order of the study.
  public var instances: [Instance]
  /// Oldest first: state changes, retries, resumes.
  public var history: [Event]

  public struct Upload: Sendable, Codable, Equatable {
    public var id: String
    /// Every name that the gateway gave it.
    public var gatewayIDs: [String]
    public var serviceLevel: String
    public var queuedAt: String
    public var firstSentAt: String?
    public var storedAt: String?
    public var verifiedAt: String?
    public var bytesSentAgain: Int64
    public var resumed: Int
    /// Why a person wanted it sent although the gateway had it.
    public var forceReason: String?

    private enum CodingKeys: String, CodingKey {
      case id, resumed
      case gatewayIDs = "gateway_ids"
      case serviceLevel = "service_level"
      case queuedAt = "queued_at"
      case firstSentAt = "first_sent_at"
      case storedAt = "stored_at"
      case verifiedAt = "verified_at"
      case bytesSentAgain = "bytes_sent_again"
      case forceReason = "force_reason"
    }
  }

  /// As the files have it; names with `^` and `=` (DICOM PS3.5 6.2).
  public struct Study: Sendable, Codable, Equatable {
    public var studyInstanceUID: String
    public var patientName: String
    public var patientID: String
    public var patientBirthDate: String
    public var patientSex: String
    public var accessionNumber: String
    public var studyDate: String
    public var studyTime: String
    public var studyDescription: String
    public var bodyPart: String
    public var modality: String
    public var seriesCount: Int

    private enum CodingKeys: String, CodingKey {
      case modality
      case studyInstanceUID = "study_instance_uid"
      case patientName = "patient_name"
      case patientID = "patient_id"
      case patientBirthDate = "patient_birth_date"
      case patientSex = "patient_sex"
      case accessionNumber = "accession_number"
      case studyDate = "study_date"
      case studyTime = "study_time"
      case studyDescription = "study_description"
      case bodyPart = "body_part"
      case seriesCount = "series_count"
    }
  }

  public struct State: Sendable, Codable, Equatable {
    /// queued, sending, stored, verified, committed, unproven, paused, held, failed, duplicate or
    /// cancelled.
    public var name: String
    /// Why, as the workstation shows it; may be empty.
    public var reason: String
    /// What is proven, in words; made from state and counts.
    public var words: String
  }

  /// Instances by what is proven of them; a committed one is verified and stored, too.
  public struct Counts: Sendable, Codable, Equatable {
    public var known: Int
    public var stored: Int
    public var verified: Int
    public var committed: Int
    /// Refused by the gateway or the PACS, by their last word.
    public var refused: Int
    /// Of all instances.
    public var bytes: Int64
  }

  public struct Instance: Sendable, Codable, Equatable {
    public var sopInstanceUID: String
    public var sopClassUID: String
    public var seriesInstanceUID: String
    public var size: Int64
    /// Of the file, lower-case hexadecimal; nil when it was never read.
    public var sha256: String?
    /// waiting, stored, verified, committed or failed: how it stands.
    public var state: String
    /// waiting, stored, verified or committed: the most that was proven.
    public var proof: String
    /// Bytes of chunks that the gateway acknowledged.
    public var acknowledgedBytes: Int64
    /// By the gateway's clock: when it had every byte.
    public var gatewayStoredAt: String?
    /// `none`; `has it` (the PACS was asked for this instance and has it); `same bytes` (it gave
    /// back, or vouched for, the very bytes).
    public var pacsAnswer: String
    /// By the gateway's clock: when the PACS answered.
    public var pacsAnsweredAt: String?
    /// By the workstation's clock: when it got the answer.
    public var heardAt: String?
    /// Why, when it was refused.
    public var reason: String

    private enum CodingKeys: String, CodingKey {
      case size, sha256, state, proof, reason
      case sopInstanceUID = "sop_instance_uid"
      case sopClassUID = "sop_class_uid"
      case seriesInstanceUID = "series_instance_uid"
      case acknowledgedBytes = "acknowledged_bytes"
      case gatewayStoredAt = "gateway_stored_at"
      case pacsAnswer = "pacs_answer"
      case pacsAnsweredAt = "pacs_answered_at"
      case heardAt = "heard_at"
    }
  }

  public struct Event: Sendable, Codable, Equatable {
    public var at: String
    public var text: String
  }

  private enum CodingKeys: String, CodingKey {
    case format, version, program, gateway, user, facility, upload, study, state, counts
    case instances, history
    case madeAt = "made_at"
  }
}
