import ArgumentParser
import Domain
import Foundation
import Runtime
import Store

/// Options that every command has.
struct HomeOptions: ParsableArguments {
  @Option(help: "Keep store and configuration in this folder (default: RADRELAY_HOME, or XDG).")
  var home: String?

  /// Where store and configuration are.
  var location: Home { Home.resolve(override: home) }

  /// The store, made when there is none.
  func open() throws -> Store { try location.openStore() }

  /// The store and the account that is logged in.
  func openLoggedIn() async throws -> (store: Store, account: Account) {
    let store = try open()
    guard let account = try await store.account() else {
      throw CommandFailure(
        "Nobody is logged in. Run: radrelay login https://YOUR-GATEWAY --user NAME",
        .authentication)
    }
    return (store, account)
  }
}

extension Home {
  /// The store, with what `config.toml` says where nobody set it in the store.
  func openStore() throws -> Store {
    let folder = configuration
    return try Store(
      home: self,
      options: StoreOptions(settings: { UserConfiguration.load(folder: folder).settings }))
  }
}
