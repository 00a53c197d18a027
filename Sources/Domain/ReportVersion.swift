public import Foundation

/// One signed form of a report. Versions are only added: what was signed stays readable.
public struct ReportVersion: Sendable, Codable, Equatable {
  /// What a version is to the one before.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case first
    /// Adds to what was written (DICOM PS3.16 CID 7001, code 121078).
    case addendum
    /// Takes the place of what was written (Predecessor Documents Sequence, PS3.3 C.17.2).
    case amended
    /// Another document: the same report as a PDF, or a second text beside the first.
    case updated

    /// The word on the screen.
    public var title: String {
      switch self {
      case .first: ReportStatus.ready.title
      case .addendum: "addendum"
      case .amended: "amended"
      case .updated: "updated"
      }
    }
  }

  /// From 1, in the order in which they came.
  public var number: Int
  public var kind: Kind
  public var radiologist: String
  /// What this version says by itself; an addendum is only the addendum.
  public var text: String
  public var hasPDF: Bool
  public var signedAt: Date?
  /// When the gateway found it.
  public var receivedAt: Date

  public init(
    number: Int, kind: Kind, radiologist: String, text: String, hasPDF: Bool, signedAt: Date?,
    receivedAt: Date
  ) {
    self.number = number
    self.kind = kind
    self.radiologist = radiologist
    self.text = text
    self.hasPDF = hasPDF
    self.signedAt = signedAt
    self.receivedAt = receivedAt
  }
}
