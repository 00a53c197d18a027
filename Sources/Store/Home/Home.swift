import CLinux
public import Foundation

/// The folders of one person's workstation.
///
/// With `RADRELAY_HOME` or `--home DIR` everything is in one folder, otherwise the XDG base
/// directories are followed (XDG Base Directory Specification 0.8).
public struct Home: Sendable, Equatable {
  /// The store and what belongs to it.
  public var data: String
  /// `config.toml`, `keymap.toml`, `themes/`.
  public var configuration: String
  /// Logs; may be deleted at any time.
  public var state: String
  /// What lives as long as the login.
  public var runtime: String

  public init(data: String, configuration: String, state: String, runtime: String) {
    self.data = data
    self.configuration = configuration
    self.state = state
    self.runtime = runtime
  }

  /// Everything under one folder, as `RADRELAY_HOME` does it.
  public init(folder: String) {
    self.init(
      data: folder, configuration: folder, state: folder + "/state", runtime: folder + "/run")
  }

  /// The folders that the environment asks for.
  /// - Parameters:
  ///   - override: the value of `--home`; wins over the environment.
  ///   - environment: `RADRELAY_HOME`, `HOME` and the `XDG_*` variables are read. Relative XDG
  ///     paths are ignored, as the specification wants it.
  public static func resolve(
    override: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Home {
    if let folder = override ?? environment["RADRELAY_HOME"], !folder.isEmpty {
      return Home(folder: absolute(folder))
    }
    let user = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
    func base(_ name: String, _ fallback: String) -> String {
      if let path = environment[name], path.hasPrefix("/") { return path + "/radrelay" }
      return user + fallback + "/radrelay"
    }
    let state = base("XDG_STATE_HOME", "/.local/state")
    let runtime =
      environment["XDG_RUNTIME_DIR"].flatMap { $0.hasPrefix("/") ? $0 + "/radrelay" : nil }
    return Home(
      data: base("XDG_DATA_HOME", "/.local/share"),
      configuration: base("XDG_CONFIG_HOME", "/.config"),
      state: state,
      runtime: runtime ?? state + "/run")
  }

  /// The SQLite file.
  public var database: String { data + "/radrelay.sqlite" }
  /// Where running processes tell each other of changes. Beside the store, not in ``runtime``: a
  /// cron job has another runtime folder, or none, and must be heard all the same.
  var sockets: String { data + "/run" }
  /// The file whose lock the sending process holds.
  public var senderLock: String { data + "/sender.lock" }
  /// What the sending process has on the wire.
  var sendingSlots: String { data + "/sender.slots" }
  /// Bytes that only RadRelay keeps until they are proven to be in the PACS.
  public var spool: String { data + "/spool" }
  /// The key that signs receipts: 32 bytes, secret.
  public var receiptKey: String { data + "/receipt.key" }
  /// What the program writes about its own work; no patient data.
  public var log: String { state + "/radrelay.log" }

  private static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: (path as NSString).expandingTildeInPath).standardizedFileURL.path
  }
}
