public import Domain
public import Foundation
import GRDB

extension Store {
  /// Sets the state of an upload, with a line in its log.
  ///
  /// `stored`, `verified` and `committed` need the proof of every file first (``record(_:of:at:)``).
  /// The first time `sending`, `stored` and `verified` are reached is kept.
  /// - Parameters:
  ///   - reason: in words for a person; replaces the last one.
  ///   - nextAttemptAt: when the engine tries next; nil clears it.
  /// - Throws: ``StoreError/illegalTransition(_:from:to:)``,
  ///   ``StoreError/missingEvidence(_:to:proven:of:)``.
  public func transition(
    _ id: UploadID, to state: UploadState, reason: String = "", nextAttemptAt: Date? = nil,
    at now: Date
  ) async throws {
    try await write { db, touched in
      try Self.transition(
        id, to: state, reason: reason, nextAttemptAt: nextAttemptAt, at: now, db)
      touched.formUnion([.uploads, .queue])
    }
    // What cannot be removed now is removed at the next opening.
    if state.isProven { try? await releaseSpooled(at: now) }
  }

  /// What a person asks for; see ``UploadCommand`` for where it applies. Cancelling tells the
  /// gateway through the outbox. `retry` of a cancelled or unproven upload begins a new session;
  /// of a failed one it keeps the session and asks again for the files that were refused; what only
  /// waits for its time is tried now. Whoever is logged in stands in the history when the upload is
  /// another user's.
  /// - Parameters:
  ///   - reason: kept with `force` and shown with the others.
  ///   - term: when a pause ends by itself; nil: a person ends it. A paused upload may be given
  ///     another term.
  /// - Throws: ``StoreError/illegalTransition(_:from:to:)`` when it does not apply,
  ///   ``StoreError/belongsToAnother(_:owner:)``, ``StoreError/invalid(_:)`` for a force without a
  ///   reason or with one that is too long.
  public func command(
    _ command: UploadCommand, _ id: UploadID, reason: String = "", term: PauseTerm? = nil,
    at now: Date
  ) async throws {
    let spool = spool
    try await write { db, touched in
      let row = try UploadKey.find(id, db)
      let target = command.target(from: row.state)
      guard command.applies(to: row.state) || (term != nil && row.state == .paused) else {
        throw StoreError.illegalTransition(id, from: row.state, to: target)
      }
      try Self.checkOwner(command, id, row.key, at: now, db)
      switch command {
      case .cancel:
        if let remote = try Self.session(row.key, db)?.remoteID {
          try Self.addToOutbox(
            Mutation(
              id: .make(at: now), change: .cancelUpload(remoteID: remote), createdAt: now), db)
          touched.insert(.outbox)
        }
      case .force:
        let kept = UploadReason(.duplicateForced, reason)
        try Self.check([kept])
        try db.execute(
          sql: "UPDATE uploads SET force_reason = ? WHERE key = ?", arguments: [reason, row.key])
        try Self.keep(kept, upload: row.key, at: now, db)
        try Self.logLine(
          "To be sent although it was sent before: \(reason)", upload: row.key, at: now, db)
      case .retry where row.state == .failed || row.state == .held:
        try db.execute(
          sql: """
            UPDATE upload_files SET reason = '', heard_at = NULL,
              state = CASE custody WHEN 0 THEN 'waiting' WHEN 1 THEN 'stored' ELSE 'verified' END
            WHERE upload = ? AND state = 'failed'
            """, arguments: [row.key])
      case .retry where row.state == .queued || row.state == .stored:
        try Self.setCursor(Store.tryNow, UUID().uuidString, at: now, db)
      case .retry:
        if row.state == .cancelled { try Self.requireCopies(row.key, spool: spool, db) }
        try Self.clearSession(row.key, db)
      case .pause, .resume: break
      }
      try Self.transition(
        id, to: target, reason: command == .force ? "" : reason,
        nextAttemptAt: command == .pause ? term?.end : nil, at: now, db)
      try Self.setPause(command == .pause ? term : nil, of: row.key, at: now, db)
      touched.formUnion([.uploads, .queue])
    }
  }

  /// The cursor that changes when a person wants what waits to be tried at once, whatever the
  /// sending process waits for.
  public static let tryNow = "try-now"

  private static func checkOwner(
    _ command: UploadCommand, _ id: UploadID, _ key: Int64, at now: Date, _ db: Database
  ) throws {
    guard let login = try account(db)?.owner, let upload = try upload(db, "key = ?", [key]),
      !upload.belongsTo.isSame(as: login), !upload.owner.isEmpty
    else { return }
    if command.isForOwnerOnly {
      throw StoreError.belongsToAnother(id, owner: upload.owner)
    }
    try logLine("\(login.username) asks: \(command.rawValue).", upload: key, at: now, db)
  }

  /// Adds a line to the log of an upload. No patient data.
  public func log(_ text: String, for id: UploadID, at now: Date) async throws {
    try await write { db, touched in
      try Self.logLine(text, upload: UploadKey.find(id, db).key, at: now, db)
      touched.insert(.uploads)
    }
  }

  static func transition(
    _ id: UploadID, to state: UploadState, reason: String, nextAttemptAt: Date?, at now: Date,
    _ db: Database
  ) throws {
    let row = try UploadKey.find(id, db)
    guard UploadTransition.allowed(from: row.state, to: state) else {
      throw StoreError.illegalTransition(id, from: row.state, to: state)
    }
    try requireEvidence(for: state, id, row.key, db)
    let before =
      try String.fetchOne(
        db, sql: "SELECT reason FROM uploads WHERE key = ?", arguments: [row.key]) ?? ""
    let statement = try db.cachedStatement(
      sql: """
        UPDATE uploads SET state = :state, reason = :reason, next_attempt_at = :next,
          updated_at = :now,
          resume_count = resume_count
            + (:state = 'sending' AND state <> 'sending' AND sent_bytes > 0),
          started_at = CASE WHEN :state = 'sending' THEN COALESCE(started_at, :now)
            ELSE started_at END,
          stored_at = CASE WHEN :state IN ('stored', 'verified', 'committed')
            THEN COALESCE(stored_at, :now) ELSE stored_at END,
          verified_at = CASE WHEN :state IN ('verified', 'committed')
            THEN COALESCE(verified_at, :now) ELSE verified_at END
        WHERE key = :key
        """)
    try statement.execute(arguments: [
      "state": state.rawValue, "reason": reason, "next": nextAttemptAt?.micros,
      "now": now.micros, "key": row.key,
    ])
    if state == .queued { try markOwners(db, only: row.key) }
    guard row.state != state || before != reason else { return }
    let words = row.state == state ? "" : "\(row.state.rawValue) → \(state.rawValue)"
    let line = [words, reason].filter { !$0.isEmpty }.joined(separator: ": ")
    try logLine(line, upload: row.key, at: now, db)
  }

  private static func requireEvidence(
    for state: UploadState, _ id: UploadID, _ key: Int64, _ db: Database
  ) throws {
    let column: String
    switch state {
    case .stored: column = "stored_files"
    case .verified: column = "verified_files"
    case .committed: column = "committed_files"
    default: return
    }
    let row = try Row.fetchOne(
      db, sql: "SELECT \(column) AS proven, file_count FROM uploads WHERE key = ?",
      arguments: [key])
    let proven: Int = row?["proven"] ?? 0
    let total: Int = row?["file_count"] ?? 0
    guard proven == total else {
      throw StoreError.missingEvidence(id, to: state, proven: proven, of: total)
    }
  }
}
