public import Domain
public import Foundation

/// How the engine works; the defaults are for real use.
public struct SyncOptions: Sendable {
  /// Chunk requests at the same time; nil: as many as the line rewards.
  public var parallelChunks: Int?
  /// Uploads at the same time, so that the small steps of one hide behind the bytes of another.
  public var parallelUploads: Int
  /// Bytes of a chunk, where the gateway leaves it to us; nil: as the line suggests.
  public var chunkSize: Int?
  /// Between failed attempts of one upload.
  public var backoff: Backoff
  /// Between questions for a proof.
  public var proofBackoff: Backoff
  /// Seconds between polls: without events and with them, and the cap after failures.
  public var pollInterval: TimeInterval
  public var pollIntervalWithEvents: TimeInterval
  public var longestPollInterval: TimeInterval
  /// Listen to the event stream.
  public var usesEvents: Bool
  /// Values of settings that nobody set in the store: what `config.toml` says.
  public var defaults: [Setting: String] = [:]
  /// Reads a source file anew after it changed and a person wants it sent as it is.
  public var describe: @Sendable (_ path: String) throws -> SourceDescription

  public init(
    parallelChunks: Int? = nil, parallelUploads: Int = 4, chunkSize: Int? = nil,
    backoff: Backoff = Backoff(),
    proofBackoff: Backoff = Backoff(base: 0.5, cap: 300, floor: 0.2),
    pollInterval: TimeInterval = 30, pollIntervalWithEvents: TimeInterval = 300,
    longestPollInterval: TimeInterval = 300, usesEvents: Bool = true,
    describe: @escaping @Sendable (_ path: String) throws -> SourceDescription = {
      try SourceDescription.read(path: $0)
    }
  ) {
    self.parallelChunks = parallelChunks
    self.parallelUploads = parallelUploads
    self.chunkSize = chunkSize
    self.backoff = backoff
    self.proofBackoff = proofBackoff
    self.pollInterval = pollInterval
    self.pollIntervalWithEvents = pollIntervalWithEvents
    self.longestPollInterval = longestPollInterval
    self.usesEvents = usesEvents
    self.describe = describe
  }
}
