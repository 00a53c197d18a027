public import Foundation

/// Where studies end up: a PACS behind DICOMweb, or the built-in archive. The same three verbs,
/// whoever answers them (DICOM PS3.18 chapter 10: STOW-RS, QIDO-RS, WADO-RS).
///
/// Every call may be repeated: storing an instance that is already there is no error. Calls are
/// bounded in time by the implementation and end with an ``ArchiveError``.
public protocol Archive: Sendable {
  /// Stores instances of one study (STOW-RS, PS3.18 section 10.5).
  /// - Returns: one outcome for each instance given, in the same order. An instance that the
  ///   answer does not mention counts as refused, never as stored.
  func store(_ instances: [OutgoingInstance], study: String) async throws -> [StoreOutcome]

  /// The instances of a study that the archive answers for (QIDO-RS, PS3.18 section 10.6), all
  /// pages. An unknown study has none.
  func instances(ofStudy study: String) async throws -> [ArchivedInstance]

  /// The bytes of one instance as a Part 10 file (WADO-RS, PS3.18 section 10.4).
  /// - Parameter limit: more bytes than this are an error.
  func retrieve(study: String, series: String, instance: String, limit: Int) async throws -> Data

  /// True when the archive gives the instance back (WADO-RS) with exactly the bytes that it was
  /// sent; false when it keeps others under this SOP Instance UID. Whatever the size, little of it
  /// is held in memory.
  /// - Throws: ``ArchiveError`` when nothing was learnt, for example because the answer broke off.
  func givesBack(_ instance: SentInstance) async throws -> Bool

  /// True when the archive gives back the very bytes that it took, so that a digest proves them.
  var keepsBytes: Bool { get }
}

/// What the archive was sent: identity and bytes of one instance.
public struct SentInstance: Sendable, Equatable {
  public var studyInstanceUID: String
  public var seriesInstanceUID: String
  public var sopInstanceUID: String
  public var byteCount: Int64
  /// Lower-case hexadecimal.
  public var sha256: String

  public init(
    studyInstanceUID: String, seriesInstanceUID: String, sopInstanceUID: String, byteCount: Int64,
    sha256: String
  ) {
    self.studyInstanceUID = studyInstanceUID
    self.seriesInstanceUID = seriesInstanceUID
    self.sopInstanceUID = sopInstanceUID
    self.byteCount = byteCount
    self.sha256 = sha256
  }
}

/// An instance on its way to the archive: a file on the gateway's disk, already verified.
public struct OutgoingInstance: Sendable, Equatable {
  public var sopInstanceUID: String
  public var sopClassUID: String
  public var file: URL
  public var byteCount: Int64
  /// True for a file that is on the disk and is never written to again: an archive on the same
  /// disk may keep it by another name.
  public var isSettled: Bool

  public init(
    sopInstanceUID: String, sopClassUID: String, file: URL, byteCount: Int64,
    isSettled: Bool = false
  ) {
    self.sopInstanceUID = sopInstanceUID
    self.sopClassUID = sopClassUID
    self.file = file
    self.byteCount = byteCount
    self.isSettled = isSettled
  }
}

/// What became of one instance (PS3.18 table 10.5.3-1, PS3.3 C.12.1.1.11 Failure Reason).
public struct StoreOutcome: Sendable, Equatable {
  public enum Result: Sendable, Equatable {
    case stored
    /// In words; `isFinal` when trying again by itself would not help.
    case refused(reason: String, isFinal: Bool)
  }
  public var sopInstanceUID: String
  public var result: Result

  public init(sopInstanceUID: String, result: Result) {
    self.sopInstanceUID = sopInstanceUID
    self.result = result
  }
}

/// An instance that the archive answers for.
public struct ArchivedInstance: Sendable, Equatable, Hashable {
  public var seriesInstanceUID: String
  public var sopInstanceUID: String
  public var sopClassUID: String
  public var modality: String

  public init(
    seriesInstanceUID: String, sopInstanceUID: String, sopClassUID: String, modality: String
  ) {
    self.seriesInstanceUID = seriesInstanceUID
    self.sopInstanceUID = sopInstanceUID
    self.sopClassUID = sopClassUID
    self.modality = modality
  }
}

/// Why an archive could not answer at all. Holds no patient data.
public enum ArchiveError: Error, Sendable, Equatable {
  /// No connection, or no answer in time: try again.
  case unreachable(String)
  /// An HTTP status that is no answer to the question.
  case status(Int, String)
  /// An answer that is not DICOMweb, or larger than allowed.
  case malformed(String)
  case notFound
}
