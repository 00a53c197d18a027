public import DICOM
public import Foundation

/// An archive of our own that DICOMweb routes can serve.
public protocol ServedArchive: Archive {
  /// Where the routes may put files on their way in; the archive empties it when it starts.
  var incomingFolder: URL { get }

  /// Takes one Part 10 file, wherever it came from.
  /// - Parameter study: when given, a file of another study is refused.
  /// - Returns: after the instance is durable, or with the reason why it is not.
  func take(_ file: URL, study: String?) async -> TakenInstance

  /// Matching studies, series or instances (QIDO-RS).
  func search(_ query: ArchiveQuery) async throws -> [DICOMJSON]

  /// Files of a study, one series, or one instance, in a stable order; empty when there are none.
  func files(study: String, series: String?, instance: String?) async throws -> [ArchivedFile]
}

/// What became of a file that an archive was given.
public struct TakenInstance: Sendable, Equatable {
  /// Empty when the file does not say.
  public var sopInstanceUID: String
  public var sopClassUID: String
  public var studyInstanceUID: String
  public var seriesInstanceUID: String
  /// Nil when it is stored.
  public var failure: FailureReason?

  public init(
    sopInstanceUID: String = "", sopClassUID: String = "", studyInstanceUID: String = "",
    seriesInstanceUID: String = "", failure: FailureReason? = nil
  ) {
    self.sopInstanceUID = sopInstanceUID
    self.sopClassUID = sopClassUID
    self.studyInstanceUID = studyInstanceUID
    self.seriesInstanceUID = seriesInstanceUID
    self.failure = failure
  }
}

/// A file that an archive keeps.
public struct ArchivedFile: Sendable, Equatable {
  public var seriesInstanceUID: String
  public var sopInstanceUID: String
  public var transferSyntaxUID: String
  public var file: URL
  public var byteCount: Int64
  /// In lower-case hexadecimal; what is sent is compared with it.
  public var sha256: String

  public init(
    seriesInstanceUID: String, sopInstanceUID: String, transferSyntaxUID: String, file: URL,
    byteCount: Int64, sha256: String
  ) {
    self.seriesInstanceUID = seriesInstanceUID
    self.sopInstanceUID = sopInstanceUID
    self.transferSyntaxUID = transferSyntaxUID
    self.file = file
    self.byteCount = byteCount
    self.sha256 = sha256
  }
}

/// A search (QIDO-RS, PS3.18 section 10.6).
public struct ArchiveQuery: Sendable, Equatable {
  public enum Level: Sendable { case study, series, instance }

  /// How one attribute must match (PS3.4 section C.2.2.2).
  public enum Match: Sendable, Equatable {
    /// One of these values.
    case anyOf([String])
    /// With `*` and `?`.
    case pattern(String)
    /// From and to, both included; nil is open.
    case range(String?, String?)
  }

  public var level: Level
  public var study: String?
  public var series: String?
  public var matches: [Tag: Match]
  public var limit: Int
  public var offset: Int

  public init(
    level: Level, study: String? = nil, series: String? = nil, matches: [Tag: Match] = [:],
    limit: Int = 1000, offset: Int = 0
  ) {
    self.level = level
    self.study = study
    self.series = series
    self.matches = matches
    self.limit = limit
    self.offset = offset
  }
}
