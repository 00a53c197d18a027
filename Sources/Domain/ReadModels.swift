public import Foundation

/// What the person can set; the raw value is the key in the store and in `config.toml`.
public enum Setting: String, Sendable, Equatable, CaseIterable {
  case theme
  case borders
  case mouse
  case bell
  case defaultServiceLevel = "default_service_level"
  /// How pictures are shown: `auto`, or one way of doing it.
  case images
  /// `low` sends pictures in few bytes, whatever the line would take.
  case bandwidth
  /// How fast uploads may be sent, by local time; see ``BandwidthTimetable``.
  case uploadLimit = "upload_limit"
  /// How much may be sent in a day or a month; see ``ByteBudget``.
  case uploadBudget = "upload_budget"
  /// The most bytes that copies of studies may take, `off` for as many as there is room for; and
  /// how many stay free on their disk. Sizes such as `50 GB`.
  case spoolQuota = "spool_quota"
  case spoolReserve = "spool_reserve"
}

/// Copies of studies that RadRelay keeps in its spool.
public struct SpoolCopies: Sendable, Equatable, Codable {
  public var uploads: Int
  public var files: Int
  public var bytes: Int64

  public init(uploads: Int = 0, files: Int = 0, bytes: Int64 = 0) {
    self.uploads = uploads
    self.files = files
    self.bytes = bytes
  }
}

/// How full the spool is.
public struct SpoolStanding: Sendable, Equatable {
  /// Everything that lies in it.
  public var files: Int
  public var bytes: Int64
  /// Of these: copies of uploads that ended without a proof. They stay until a person forgets the
  /// upload.
  public var kept: SpoolCopies
  /// Bytes that may be added, reserve and quota taken off; nil when that cannot be told.
  public var room: Int64?
  /// As they hold: of the environment, else of the settings. No quota: nil.
  public var quota: Int64?
  public var reserve: Int64

  public init(
    files: Int, bytes: Int64, kept: SpoolCopies, room: Int64?, quota: Int64?, reserve: Int64
  ) {
    self.files = files
    self.bytes = bytes
    self.kept = kept
    self.room = room
    self.quota = quota
    self.reserve = reserve
  }
}

/// A study that the wizard (or the command line) hands over.
public struct StudyDraft: Sendable, Equatable {
  public var study: StudySummary
  public var serviceLevel: ServiceLevel
  public var clinicalHistory: String
  /// Absolute paths of its files, with what the scan read of each.
  public var files: [DraftFile]
  /// Why it is queued but not sent before a person decides, in words; nil for a study that goes out.
  public var heldBecause: String?
  /// What the files say where ``study`` has what a person typed.
  public var overridden: [StudyField: String] = [:]
  /// What every file is to say otherwise when it goes out; rewriting makes the files so before the
  /// study is queued, and empties it. ``study`` says it already.
  public var edited: [IdentityField: String] = [:]
  /// Why it is to be sent although it was sent before; nil when nobody wants that.
  public var forceReason: String?
  /// What a person changed or decided before handing it over, and why: sentences for the upload's
  /// history.
  public var notes: [String] = []
  /// Reasons that the gateway's audit log is to keep.
  public var reasons: [UploadReason] = []

  public init(
    study: StudySummary, serviceLevel: ServiceLevel, clinicalHistory: String, files: [DraftFile],
    heldBecause: String? = nil
  ) {
    self.study = study
    self.serviceLevel = serviceLevel
    self.clinicalHistory = clinicalHistory
    self.files = files
    self.heldBecause = heldBecause
  }

  /// Puts what a person typed in the place of what the files say, for the gateway alone; a value
  /// that is the same as the files' is none. See ``change(_:reason:)`` for what files say too.
  public mutating func tell(_ values: [StudyField: String]) {
    for (field, value) in values where study[field] != value {
      overridden[field] = overridden[field] ?? study[field]
      study[field] = value
    }
  }
}

/// Parts of the store, for change notices.
public enum StoreRegion: String, Sendable, Codable, CaseIterable {
  case uploads, reports, cases, notifications, settings, outbox, account
  /// Which uploads are to be sent, by whom and when: changes far less often than ``uploads``, which
  /// every acknowledged chunk changes too.
  case queue
  case templates
}

/// An upload with its files and what happened to it.
public struct UploadDetail: Sendable, Equatable {
  public var upload: Upload
  public var files: [UploadFile]
  /// Newest first: state changes, retries, resumes.
  public var log: [LogLine]
  /// Copies of its files that lie in the spool.
  public var copies = SpoolCopies()

  public struct LogLine: Sendable, Equatable {
    public var at: Date
    public var text: String
    public init(at: Date, text: String) {
      self.at = at
      self.text = text
    }
  }

  public init(upload: Upload, files: [UploadFile], log: [LogLine]) {
    self.upload = upload
    self.files = files
    self.log = log
  }
}

/// What the frame around the panes shows.
public struct FrameInfo: Sendable, Equatable {
  /// Nil when nobody is logged in.
  public var user: User?
  /// The gateway's origin, empty before the first login.
  public var server: String
  public var unread: Int
  public var unreadReports: Int
  public var outbox: Int
  public var lastSyncedAt: Date?
  public init(
    user: User? = nil, server: String = "", unread: Int = 0, unreadReports: Int = 0,
    outbox: Int = 0, lastSyncedAt: Date? = nil
  ) {
    self.user = user
    self.server = server
    self.unread = unread
    self.unreadReports = unreadReports
    self.outbox = outbox
    self.lastSyncedAt = lastSyncedAt
  }
}
