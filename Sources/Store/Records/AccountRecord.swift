public import Domain
import Foundation
import GRDB

extension Store {
  /// The login; nil when nobody is logged in.
  public func account() async throws -> Account? { try await read { try Self.account($0) } }

  /// Keeps a login in the place of the one before. Uploads that were queued before anybody was
  /// logged in (with an empty gateway) are now this user's; those of others wait for theirs.
  public func save(_ account: Account) async throws {
    guard !account.server.isEmpty else {
      throw StoreError.invalid("A login needs the gateway's address.")
    }
    let user = String(decoding: try JSONEncoder().encode(account.user), as: UTF8.self)
    try await write { db, touched in
      let before = try Self.account(db)
      try db.execute(
        sql: "INSERT OR REPLACE INTO account VALUES (1, ?, ?, ?, ?, ?)",
        arguments: [
          account.server, user, account.accessToken, account.refreshToken,
          account.accessExpiresAt?.micros,
        ])
      try db.execute(
        sql: """
          UPDATE uploads SET gateway = ?, owner = ?, facility = ?, facility_id = ?
          WHERE gateway = '' OR (gateway = ? AND owner = '')
          """,
        arguments: [
          account.server, account.user.username, account.user.facility.name,
          account.user.facility.id.rawValue, account.server,
        ])
      if db.changesCount > 0 { touched.formUnion([.uploads, .queue]) }
      if before?.server != account.server || before?.user != account.user {
        try Self.markOwners(db)
        try Self.claimTemplates(account, db)
        // Also when none is new: another login sees others.
        touched.formUnion([.uploads, .queue, .templates])
      }
      // Also when only the tokens are new: an ended login may have begun again.
      touched.insert(.account)
    }
  }

  /// Keeps what the gateway says of the login's facility: whether it wants a clinical history.
  /// Somebody else who has logged in meanwhile is left alone.
  public func setHistoryRule(_ isRequired: Bool?, of user: User) async throws {
    try await write { db, touched in
      guard var account = try Self.account(db), account.user == user else { return }
      account.user.clinicalHistoryRequired = isRequired
      let text = String(decoding: try JSONEncoder().encode(account.user), as: UTF8.self)
      try db.execute(sql: "UPDATE account SET user = ?", arguments: [text])
      touched.insert(.account)
    }
  }

  /// Puts new tokens in the place of old ones, unless somebody has logged in or out meanwhile.
  /// - Parameter refused: the access token that the new ones replace.
  /// - Returns: the account as it is then; nil when nobody is logged in.
  public func renewTokens(
    after refused: String, access: String, refresh: String
  ) async throws -> Account? {
    try await write { db, _ in
      try db.execute(
        sql: """
          UPDATE account SET access_token = ?, refresh_token = ?, access_expires_at = NULL
          WHERE access_token = ?
          """, arguments: [access, refresh, refused])
      return try Self.account(db)
    }
  }

  /// Ends the login; everything queued stays.
  public func clearAccount() async throws {
    try await write { db, touched in
      try db.execute(sql: "DELETE FROM account")
      if db.changesCount > 0 { touched.formUnion([.account, .templates]) }
    }
  }

  static func account(_ db: Database) throws -> Account? {
    guard let row = try Row.fetchOne(db, sql: "SELECT * FROM account") else { return nil }
    let user = try JSONDecoder().decode(User.self, from: Data((row["user"] as String).utf8))
    return Account(
      server: row["server"], user: user, accessToken: row["access_token"],
      refreshToken: row["refresh_token"], accessExpiresAt: row.optionalDate("access_expires_at"))
  }

  /// Sets what a person chose.
  public func set(_ setting: Setting, value: String) async throws {
    try await write { db, touched in
      try db.execute(
        sql: "INSERT OR REPLACE INTO settings VALUES (?, ?)",
        arguments: [setting.rawValue, value])
      touched.insert(.settings)
    }
  }

  /// What a person chose; settings that nobody set are left out.
  public func settings() async throws -> [Setting: String] {
    try await read { db in
      var settings: [Setting: String] = [:]
      for row in try Row.fetchAll(db, sql: "SELECT name, value FROM settings") {
        if let setting = Setting(rawValue: row["name"]) { settings[setting] = row["value"] }
      }
      return settings
    }
  }
}
