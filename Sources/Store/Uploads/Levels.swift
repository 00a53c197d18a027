public import Domain
public import Foundation
import GRDB

extension Store {
  /// Gives an upload another service level; the gateway is told before the next chunk goes out. Its
  /// turn among the others of that level is that of its time.
  /// - Parameter history: the clinical history from now on; nil: as it is.
  /// - Throws: ``StoreError/unknownUpload(_:)``; ``StoreError/invalid(_:)`` when nothing of it is
  ///   left to send, for a history over 500 characters, and for STAT or emergency without one where
  ///   the facility wants it.
  public func setLevel(
    _ level: ServiceLevel, of id: UploadID, history: String? = nil, at now: Date
  ) async throws {
    try await write { db, touched in
      guard let upload = try Self.upload(db, "id = ?", [id.rawValue]) else {
        throw StoreError.unknownUpload(id)
      }
      guard upload.state.isLeftToSend else {
        throw StoreError.invalid(
          upload.state == .stored
            ? "The gateway has every byte of upload \(id) already: its level stays. Tell whoever "
              + "reads it."
            : "Upload \(id) is \(upload.state.rawValue): nothing of it is left to send.")
      }
      let history = history ?? upload.clinicalHistory
      guard history.unicodeScalars.count <= 500 else {
        throw StoreError.invalid(
          "The clinical history has \(history.unicodeScalars.count) characters; at most 500 are "
            + "allowed. Shorten it.")
      }
      let account = try Self.account(db)
      guard !level.needsClinicalHistory(for: account?.user) || !history.allSatisfy(\.isWhitespace)
      else {
        throw StoreError.invalid(
          "\(level.title) needs a clinical history: what, since when, question.")
      }
      guard level != upload.serviceLevel || history != upload.clinicalHistory else { return }
      let key = try UploadKey.find(id, db).key
      try db.execute(
        sql: """
          UPDATE uploads SET service_level = ?, clinical_history = ?, updated_at = ? WHERE key = ?
          """, arguments: [level.rawValue, history, now.micros, key])
      try Self.setCursor(Self.toldAgain(id), UUID().uuidString, at: now, db)
      let by = account.map { " by \($0.user.username)" } ?? ""
      try Self.logLine(
        level == upload.serviceLevel
          ? "Clinical history changed\(by)."
          : "Service level changed\(by): \(upload.serviceLevel.title) to \(level.title).",
        upload: key, at: now, db)
      touched.formUnion([.uploads, .queue])
    }
  }

  /// The cursor that is there while the gateway is to be told of an upload's level and history again;
  /// its value is another one for each change.
  public static func toldAgain(_ id: UploadID) -> String { "tell:\(id)" }
}
