import DICOM
public import Foundation

/// An image that was sent before, or waits here to be sent.
public struct EarlierImage: Sendable, Codable, Equatable {
  /// How far it is.
  public enum Standing: String, Sendable, Codable {
    /// In the queue of this workstation; the gateway does not have it yet.
    case queued
    /// The gateway has it, or the PACS is proven to.
    case sent
  }

  public var standing: Standing
  /// When it was handed over here, or when the gateway or the PACS had it.
  public var at: Date
  /// The name of its upload, for histories and messages: the gateway's where it has one.
  public var upload: String
  /// The upload of this workstation that waits to send it; nil for what was sent.
  public var queued: UploadID?
  /// True when its bytes were found to be the same; false when one side has no digest.
  public var isCompared: Bool

  public init(standing: Standing, at: Date, upload: String, isCompared: Bool = true) {
    self.standing = standing
    self.at = at
    self.upload = upload
    self.isCompared = isCompared
  }
}

extension DraftFile {
  /// The SOP Instance UID under which it goes out.
  public var outgoingSOPInstanceUID: String { rewrite?[.sopInstanceUID] ?? sopInstanceUID }
}
