public import Domain
public import Foundation

/// What a store takes from its surroundings; the defaults are for real use.
public struct StoreOptions: Sendable {
  /// The name of the network file system under a path; nil when it is local.
  public var networkFileSystem: @Sendable (String) -> String?
  /// How long a change waits for other processes before it is given up.
  public var patience: Duration
  /// The most pages that the database may have (`PRAGMA max_page_count`), to try a full disk.
  public var maximumPageCount: Int?
  /// False for short commands that need no change notices of other processes; what this process
  /// changes is told to others all the same.
  public var hearsOtherProcesses: Bool
  /// How much the spool may take of the disk; nil for what the environment asks for.
  public var spool: SpoolOptions?
  /// Values of settings that nobody set in the store: what `config.toml` says. Asked for when the
  /// spool is to take something.
  public var settings: @Sendable () -> [Setting: String]
  /// The time at which the store opens: the age of leftovers in the spool counts from it.
  public var now: @Sendable () -> Date

  public init(
    networkFileSystem: @escaping @Sendable (String) -> String? = { FileSystemKind.network(at: $0) },
    patience: Duration = .seconds(60), maximumPageCount: Int? = nil,
    hearsOtherProcesses: Bool = true, spool: SpoolOptions? = nil,
    settings: @escaping @Sendable () -> [Setting: String] = { [:] },
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.networkFileSystem = networkFileSystem
    self.patience = patience
    self.maximumPageCount = maximumPageCount
    self.hearsOtherProcesses = hearsOtherProcesses
    self.spool = spool
    self.settings = settings
    self.now = now
  }
}
