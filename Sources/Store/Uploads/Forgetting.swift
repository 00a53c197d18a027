public import Domain
public import Foundation
import GRDB

extension Store {
  /// Takes an upload out of the list that is over without a proof, with its history and the copies of
  /// its files in the spool. Nothing else ends them: they stay for as long as nobody asks for this.
  /// Files that were sent from where they lay are not touched.
  /// - Returns: what was removed from the spool.
  /// - Throws: ``StoreError/invalid(_:)`` when it is under way or proven,
  ///   ``StoreError/belongsToAnother(_:owner:)``.
  @discardableResult
  public func forget(_ id: UploadID, at now: Date) async throws -> SpoolCopies {
    let (names, copies) = try await write { db, touched in
      let row = try UploadKey.find(id, db)
      guard row.state.mayBeForgotten else {
        throw StoreError.invalid(
          row.state.isProven
            ? "Upload \(id) is proven: its record stays, and no copy of it is kept."
            : "Upload \(id) is \(row.state.rawValue). Cancel it first.")
      }
      if let login = try Self.account(db)?.owner,
        let upload = try Self.upload(db, "key = ?", [row.key]), !upload.owner.isEmpty,
        !upload.belongsTo.isSame(as: login)
      {
        throw StoreError.belongsToAnother(id, owner: upload.owner)
      }
      let names = try String.fetchAll(
        db,
        sql: "SELECT spool_name FROM upload_files WHERE upload = ? AND spool_name IS NOT NULL",
        arguments: [row.key])
      let copies = try Self.copies("uploads.key = ?", [row.key], db)
      // A session that is still there is of no use to anybody; a cancelled upload has told so.
      if row.state != .cancelled, row.state != .unproven,
        let remote = try Self.session(row.key, db)?.remoteID
      {
        try Self.addToOutbox(
          Mutation(id: .make(at: now), change: .cancelUpload(remoteID: remote), createdAt: now), db)
        touched.insert(.outbox)
      }
      try db.execute(sql: "DELETE FROM uploads WHERE key = ?", arguments: [row.key])
      touched.formUnion([.uploads, .queue])
      return (names, copies)
    }
    // A crash in between leaves files without a row, which go a day later (``tidySpool(at:)``).
    let spool = spool
    try await blockingWork { try spool.remove(names) }
    return copies
  }
}
