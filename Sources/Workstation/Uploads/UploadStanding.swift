public import Domain
public import Screen

/// How a state of custody looks: a glyph, a word, a role. Green is for proof alone.
public struct UploadStanding: Sendable, Hashable {
  public var glyph: String
  public var word: String
  public var role: TextRole

  public init(_ state: UploadState) {
    switch state {
    case .queued: self.init("○", "queued", .text)
    case .sending: self.init("◔", "sending", .text)
    case .stored: self.init("◑", "stored", .text)
    case .verified: self.init("●", "verified", .proven)
    case .committed: self.init("◉", "committed", .proven)
    case .unproven: self.init("◌", "no proof", .waiting)
    case .paused: self.init("‖", "paused", .dim)
    case .held: self.init("!", "needs you", .waiting)
    case .failed: self.init("✕", "failed", .alarm)
    case .duplicate: self.init("=", "duplicate", .waiting)
    case .cancelled: self.init("–", "cancelled", .dim)
    }
  }

  private init(_ glyph: String, _ word: String, _ role: TextRole) {
    self.glyph = glyph
    self.word = word
    self.role = role
  }
}

extension UploadStanding {
  /// How one file of an upload stands.
  public init(_ state: InstanceState) {
    switch state {
    case .waiting: self.init("○", "waiting", .text)
    case .stored: self.init("◑", "stored", .text)
    case .verified: self.init("●", "verified", .proven)
    case .committed: self.init("◉", "committed", .proven)
    case .failed: self.init("✕", "failed", .alarm)
    }
  }
}
