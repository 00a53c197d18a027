public import Domain
public import Foundation
import GRDB
public import Gateway

private let selectAccount = """
  SELECT account.*, facility.name AS facility_name
  FROM account JOIN facility ON facility.id = account.facility_id
  """

extension SQLiteCatalogue: AccountCatalogue {
  public func account(named username: String) async throws -> Account? {
    let key = username.lowercased()
    return try await read { database in
      try Row.fetchOne(database, sql: selectAccount + " WHERE username_key = ?", arguments: [key])
        .flatMap(Self.account)
    }
  }

  public func account(id: UserID) async throws -> Account? {
    try await read { try Self.account(id, $0) }
  }

  static func account(_ id: UserID, _ database: Database) throws -> Account? {
    try database.row(selectAccount + " WHERE account.id = ?", [id.rawValue]).flatMap(Self.account)
  }

  public func add(_ account: Account, audit: AuditEvent?) async throws {
    let user = account.user
    try await write { database, changes in
      let arguments: StatementArguments = [
        user.id.rawValue, user.username, user.username.lowercased(), account.email,
        account.passwordHash, user.fullName, user.role.rawValue, user.facility.id.rawValue,
        account.isActive, account.createdAt.stamp,
      ]
      do {
        try database.execute(
          sql: """
            INSERT INTO account (id, username, username_key, email, password_hash, full_name, role,
              facility_id, is_active, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, arguments: arguments)
      } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
        throw CatalogueError.taken(
          (error.message ?? "").contains("account.email") ? "email" : "username")
      }
      try changes.append(audit, in: database)
    }
  }

  public func facility(named name: String) async throws -> Facility {
    try await write { database, _ in
      if let id = try String.fetchOne(
        database, sql: "SELECT id FROM facility WHERE name = ?", arguments: [name])
      {
        return Facility(id: FacilityID(id), name: name)
      }
      let facility = Facility(id: .make(), name: name)
      try database.execute(
        sql: "INSERT INTO facility (id, name) VALUES (?, ?)",
        arguments: [facility.id.rawValue, name])
      return facility
    }
  }

  static func account(_ row: Row) -> Account? {
    guard let role = Role(rawValue: row["role"]), let created = row.date("created_at") else {
      return nil
    }
    let facility = Facility(id: FacilityID(row["facility_id"]), name: row["facility_name"])
    let user = User(
      id: UserID(row["id"]), username: row["username"], fullName: row["full_name"], role: role,
      facility: facility)
    return Account(
      user: user, email: row["email"], passwordHash: row["password_hash"],
      isActive: row["is_active"], createdAt: created)
  }
}

extension SQLiteCatalogue: LoginCatalogue {
  public func begin(_ family: LoginFamily, audit: AuditEvent?) async throws {
    try await write { database, changes in
      // Logins that are long over go with the next one that begins.
      try database.execute(
        sql: "DELETE FROM login WHERE expires_at < ?",
        arguments: [family.rotatedAt.addingTimeInterval(-86_400).stamp])
      try database.execute(
        sql: """
          INSERT INTO login (id, account_id, generation, rotated_at, expires_at, revoked_at)
          VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          family.id, family.account.rawValue, family.generation, family.rotatedAt.stamp,
          family.expiresAt.stamp, family.revokedAt?.stamp,
        ])
      try changes.append(audit, in: database)
    }
  }

  public func rotate(
    family: String, presenting generation: Int, now: Date, grace: TimeInterval, expiresAt: Date,
    audit: AuditEvent?
  ) async throws -> Rotation {
    try await write { database, changes in
      guard
        let row = try Row.fetchOne(
          database,
          sql: "SELECT * FROM login WHERE id = ? AND revoked_at IS NULL AND expires_at > ?",
          arguments: [family, now.stamp]),
        let rotated = row.date("rotated_at")
      else { return .refused }
      let newest: Int = row["generation"]
      let account = UserID(row["account_id"])
      if generation == newest {
        try database.execute(
          sql: "UPDATE login SET generation = ?, rotated_at = ?, expires_at = ? WHERE id = ?",
          arguments: [newest + 1, now.stamp, expiresAt.stamp, family])
        return .granted(generation: newest + 1, account: account)
      }
      if generation == newest - 1, now.timeIntervalSince(rotated) < grace {
        return .granted(generation: newest, account: account)
      }
      try database.execute(
        sql: "UPDATE login SET revoked_at = ? WHERE id = ?", arguments: [now.stamp, family])
      try changes.append(audit, in: database)
      return .reused
    }
  }

  public func revoke(family: String, now: Date, audit: AuditEvent?) async throws {
    try await write { database, changes in
      try database.execute(
        sql: "UPDATE login SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
        arguments: [now.stamp, family])
      if database.changesCount == 1 { try changes.append(audit, in: database) }
    }
  }

  public func account(ofFamily family: String) async throws -> Account? {
    try await read { database in
      try database.row(
        selectAccount + """
           WHERE account.id =
            (SELECT account_id FROM login WHERE login.id = ? AND revoked_at IS NULL)
          """, [family]
      ).flatMap(Self.account)
    }
  }
}
