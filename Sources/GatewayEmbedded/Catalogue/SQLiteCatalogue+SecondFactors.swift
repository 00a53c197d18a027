public import Domain
public import Foundation
import GRDB
public import Gateway

extension SQLiteCatalogue: SecondFactorCatalogue {
  public func secondFactor(of account: UserID) async throws -> SecondFactor? {
    try await read { database in
      let row = try Row.fetchOne(
        database,
        sql: """
          SELECT *, (SELECT count(*) FROM recovery_code
            WHERE account_id = second_factor.account_id AND used_at IS NULL) AS codes
          FROM second_factor WHERE account_id = ?
          """, arguments: [account.rawValue])
      return row.map {
        SecondFactor(
          secret: $0["secret"], lastStep: $0["last_step"], pending: $0["pending"],
          recoveryCodesLeft: $0["codes"])
      }
    }
  }

  public func propose(_ secret: Data, of account: UserID) async throws {
    try await write { database, _ in
      try database.execute(
        sql: """
          INSERT INTO second_factor (account_id, pending) VALUES (?, ?)
          ON CONFLICT (account_id) DO UPDATE SET pending = excluded.pending
          """, arguments: [account.rawValue, secret])
    }
  }

  public func enable(
    _ pending: Data, of account: UserID, step: Int64, recoveryCodes: [String], audit: AuditEvent?
  ) async throws -> Bool {
    try await write { database, changes in
      try database.execute(
        sql: """
          UPDATE second_factor SET secret = pending, pending = NULL, last_step = ?
          WHERE account_id = ? AND pending = ? AND secret IS NULL
          """, arguments: [step, account.rawValue, pending])
      guard database.changesCount == 1 else { return false }
      try database.execute(
        sql: "DELETE FROM recovery_code WHERE account_id = ?", arguments: [account.rawValue])
      for digest in recoveryCodes {
        try database.execute(
          sql: "INSERT INTO recovery_code (account_id, digest) VALUES (?, ?)",
          arguments: [account.rawValue, digest])
      }
      try changes.append(audit, in: database)
      return true
    }
  }

  public func take(step: Int64, of account: UserID) async throws -> Bool {
    try await write { database, _ in
      try database.execute(
        sql: """
          UPDATE second_factor SET last_step = ?
          WHERE account_id = ? AND last_step < ? AND secret IS NOT NULL
          """, arguments: [step, account.rawValue, step])
      return database.changesCount == 1
    }
  }

  public func take(recoveryCode: String, of account: UserID, now: Date, audit: AuditEvent?)
    async throws -> Bool
  {
    try await write { database, changes in
      try database.execute(
        sql: """
          UPDATE recovery_code SET used_at = ?
          WHERE account_id = ? AND digest = ? AND used_at IS NULL
          """, arguments: [now.stamp, account.rawValue, recoveryCode])
      guard database.changesCount == 1 else { return false }
      try changes.append(audit, in: database)
      return true
    }
  }

  public func disable(of account: UserID, audit: AuditEvent?) async throws -> Bool {
    try await write { database, changes in
      let key = account.rawValue
      try database.execute(sql: "DELETE FROM recovery_code WHERE account_id = ?", arguments: [key])
      try database.execute(
        sql: "DELETE FROM second_factor WHERE account_id = ? AND secret IS NULL", arguments: [key])
      try database.execute(sql: "DELETE FROM second_factor WHERE account_id = ?", arguments: [key])
      guard database.changesCount == 1 else { return false }
      try changes.append(audit, in: database)
      return true
    }
  }
}
