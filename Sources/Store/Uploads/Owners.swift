public import Domain
public import Foundation
import GRDB

extension Store {
  /// Gives an upload of somebody else to the login, who sends it from then on, in a session of
  /// their own; the upload's history keeps who had it before.
  /// - Parameter changesFacility: also when it was queued for another facility: it is then filed
  ///   under the login's.
  /// - Throws: ``StoreError/notTakenOver(_:reason:)`` when it goes to another gateway, is the
  ///   login's already, has nothing left to send, or is another facility's.
  public func takeOver(
    _ id: UploadID, for login: UploadOwner, changesFacility: Bool = false, at now: Date
  ) async throws {
    try await write { db, touched in
      guard let upload = try Self.upload(db, "id = ?", [id.rawValue]) else {
        throw StoreError.unknownUpload(id)
      }
      if let reason = Self.objection(to: login, taking: upload, changesFacility) {
        throw StoreError.notTakenOver(id, reason: reason)
      }
      let key = try UploadKey.find(id, db).key
      // The session is the other user's: the gateway would refuse its chunks.
      try Self.clearSession(key, db)
      try db.execute(
        sql: """
          UPDATE uploads SET owner = ?, facility = ?, facility_id = ?, next_attempt_at = NULL,
            updated_at = ? WHERE key = ?
          """,
        arguments: [
          login.username, login.facility.name, login.facility.id.rawValue, now.micros, key,
        ])
      let isMoved = !login.hasSameFacility(as: upload.belongsTo)
      let place = isMoved ? " and moved from \(upload.facility) to \(login.facility.name)" : ""
      try Self.logLine(
        "Taken over by \(login.username) from \(upload.owner)\(place).", upload: key, at: now, db)
      if upload.state == .queued || upload.state == .sending {
        try Self.transition(id, to: .queued, reason: "", nextAttemptAt: nil, at: now, db)
      }
      touched.formUnion([.uploads, .queue])
    }
  }

  private static func objection(
    to login: UploadOwner, taking upload: Upload, _ changesFacility: Bool
  ) -> String? {
    if upload.gateway != login.gateway {
      return "It goes to \(upload.gateway). Log in there."
    }
    if upload.belongsTo.isSame(as: login) { return "It is yours already." }
    switch upload.state {
    case .stored:
      return "The gateway has every byte of it already; the proof comes by itself."
    case .verified, .committed, .unproven: return "It has arrived; nothing is left to send."
    case .cancelled: return "It was given up. Queue its folder again."
    case .queued, .sending, .paused, .held, .failed, .duplicate: break
    }
    if !changesFacility, !upload.belongsTo.hasSameFacility(as: login) {
      return "It was queued for \(upload.facility), and you are logged in for "
        + "\(login.facility.name). Log in for \(upload.facility), or say that it is to be filed "
        + "under \(login.facility.name) (--change-facility)."
    }
    return nil
  }

  /// Unfinished uploads of others that this login may take over, in sending order.
  /// - Parameter username: only those of this user; nil for everybody's.
  public func uploadsOfOthers(
    than login: UploadOwner, of username: String? = nil, limit: Int = 10_000
  ) async throws -> [Upload] {
    try await read { db in
      let states = UploadState.allCases.filter(\.isLeftToSend)
      let user = username == nil ? "" : "AND owner = :user"
      var arguments = login.arguments
      if let username { arguments += ["user": username] }
      arguments += ["limit": limit]
      return try Row.fetchAll(
        db,
        sql: """
          SELECT \(Upload.columnList) FROM uploads
          WHERE state IN (\(states.sql)) AND gateway = :gateway AND NOT (\(UploadOwner.owns))
            AND \(UploadOwner.sharesFacility) \(user)
          ORDER BY list_order, key LIMIT :limit
          """, arguments: arguments
      ).map { try Upload(row: $0) }
    }
  }

  /// Says in queued uploads that they wait for another login than the present one, and takes that
  /// back in those whose login it is.
  /// - Parameter key: only this upload; nil for all.
  static func markOwners(_ db: Database, only key: Int64? = nil) throws {
    guard let login = try account(db)?.owner else { return }
    let one = key.map { "AND key = \($0)" } ?? ""
    let otherGateway = "'Queued by ' || owner || ' at ' || gateway || '; waits for a login there.'"
    let otherUser = "'Queued by ' || owner || '; waits for their login.'"
    let otherFacility = "'Queued for ' || facility || '; waits for a login of that facility.'"
    try db.execute(
      sql: """
        UPDATE uploads SET next_attempt_at = NULL,
          reason = CASE WHEN gateway <> :gateway THEN \(otherGateway)
            WHEN owner <> :owner THEN \(otherUser) ELSE \(otherFacility) END
        WHERE state = 'queued' AND NOT (\(UploadOwner.owns)) \(one)
        """, arguments: login.arguments)
    try db.execute(
      sql: """
        UPDATE uploads SET next_attempt_at = NULL, reason = ''
        WHERE state = 'queued' AND \(UploadOwner.owns) \(one)
          AND reason IN (\(otherGateway), \(otherUser), \(otherFacility))
        """, arguments: login.arguments)
  }
}

extension UploadOwner {
  /// True for rows that the login may send; see ``Domain/UploadOwner/isSame(as:)``.
  static let owns = "(gateway = :gateway AND owner = :owner AND \(sharesFacility))"
  static let sharesFacility =
    "(facility_id = :facility OR facility_id = '' OR :facility = '')"
  /// True for rows that the login may ask the gateway about, when its role shows it the whole
  /// facility's.
  static let sees =
    "(\(owns) OR (gateway = :gateway AND facility_id = :facility AND facility_id <> ''))"

  /// The values of the names in the conditions.
  var arguments: StatementArguments {
    ["gateway": gateway, "owner": username, "facility": facility.id.rawValue]
  }
}

extension Sequence<UploadState> {
  /// `'queued', 'sending'`
  var sql: String { map { "'\($0.rawValue)'" }.joined(separator: ", ") }
}
