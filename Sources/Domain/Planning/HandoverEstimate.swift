public import Foundation

/// What a handover needs, beside what there is: room for what is copied first, and the speed of the
/// line.
public struct HandoverEstimate: Sendable, Codable, Equatable {
  /// A speed that was measured.
  public struct Speed: Sendable, Codable, Equatable {
    public var bytesPerSecond: Double
    public var at: Date

    public init(bytesPerSecond: Double, at: Date) {
      self.bytesPerSecond = bytesPerSecond
      self.at = at
    }
  }

  /// Bytes that may be copied now; nil when it cannot be told.
  public var room: Int64?
  /// Of what was sent last to this gateway; nil before anything was.
  public var speed: Speed?

  public init(room: Int64? = nil, speed: Speed? = nil) {
    self.room = room
    self.speed = speed
  }

  /// Bytes that are missing to copy so many; 0 when they fit, or nobody can tell.
  public func shortage(for bytes: Int64) -> Int64 {
    guard let room, bytes > 0 else { return 0 }
    return max(0, bytes - max(0, room))
  }

  /// Seconds that so many bytes take; nil without a measure.
  public func seconds(for bytes: Int64) -> TimeInterval? {
    guard let speed, speed.bytesPerSecond > 0 else { return nil }
    return Double(max(0, bytes)) / speed.bytesPerSecond
  }
}

extension StudyDraft {
  /// Bytes that it takes in the spool before it is queued, at most.
  public var copiedByteCount: Int64 {
    files.reduce(0) { sum, file in
      let bytes =
        edited.isEmpty ? file.copiedByteCount : max(0, file.byteCount) + DraftFile.rewriteMargin
      return sum.addingReportingOverflow(bytes).partialValue
    }
  }
}

extension DraftFile {
  /// Bytes that a rewritten copy may have more than its source: new values, and the record of the
  /// old ones.
  public static let rewriteMargin: Int64 = 16 << 10

  /// Bytes that it takes in the spool before it is queued; 0 for a file that is sent from where it
  /// lies.
  public var copiedByteCount: Int64 {
    guard needsStaging || rewrite != nil else { return 0 }
    return max(0, byteCount) + (rewrite == nil ? 0 : Self.rewriteMargin)
  }
}
