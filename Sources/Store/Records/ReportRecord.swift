import Domain
import Foundation
import GRDB

extension Report {
  /// All but the text and the versions, which lists do not carry.
  /// In the order in which ``init(fields:)`` reads them.
  static let columns =
    ["id", "remote_upload_id", "status", "service_level", "radiologist", "has_pdf"]
    + StudySummary.columns
    + ["created_at", "updated_at", "signed_at", "due_at", "viewed_at", "version", "version_kind"]
  static let columnList = columns.joined(separator: ", ")

  init(fields: inout Fields) throws {
    self.init(
      id: ReportID(fields.next()), remoteUploadID: fields.next(), status: try fields.choice(),
      serviceLevel: try fields.choice(), radiologist: fields.next(), hasPDF: fields.next(),
      study: StudySummary(fields: &fields), createdAt: fields.date(), updatedAt: fields.date(),
      signedAt: fields.optionalDate(), dueAt: fields.optionalDate(),
      viewedAt: fields.optionalDate(), version: fields.next(), versionKind: try fields.choice())
  }

  /// - Parameter row: begins with ``columns``; the text is read by its name.
  init(row: Row) throws {
    var fields = Fields(row)
    try self.init(fields: &fields)
    text = row["text"]
    let list: String = row["versions"]
    // Written by us; what cannot be read is left out rather than hide the report.
    versions =
      (try? JSONDecoder().decode([ReportVersion].self, from: Data(list.utf8))) ?? []
  }

  /// Inserts or updates the row; an older version never replaces a newer one, and what this
  /// workstation knows of the study stays when the gateway does not say it. A signed report that
  /// changes is new again, whatever was seen of it before.
  func upsert(_ db: Database) throws {
    let columns = Self.columns + ["text", "versions"]
    let kept = Set(["id", "viewed_at"])
    let study = Set(StudySummary.columns)
    var updates = excluded(columns.filter { !kept.contains($0) && !study.contains($0) })
    updates += """
      , viewed_at = CASE WHEN reports.status = 'ready' AND excluded.status = 'ready'
        AND (excluded.version > max(1, reports.version) OR excluded.text <> reports.text)
      THEN NULL ELSE COALESCE(reports.viewed_at, excluded.viewed_at) END
      """
    if !self.study.isUnknown { updates += ", " + excluded(StudySummary.columns) }
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO reports (\(columns.joined(separator: ", ")))
        VALUES (\(placeholders(columns.count)))
        ON CONFLICT (id) DO UPDATE SET \(updates)
        WHERE excluded.updated_at >= reports.updated_at
        """)
    let own: [(any DatabaseValueConvertible)?] = [
      id.rawValue, remoteUploadID, status.rawValue, serviceLevel.rawValue, radiologist, hasPDF,
    ]
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let times: [(any DatabaseValueConvertible)?] = [
      createdAt.micros, updatedAt.micros, signedAt?.micros, dueAt?.micros, viewedAt?.micros,
      version, versionKind.rawValue, text,
      versions.isEmpty ? "[]" : String(decoding: try encoder.encode(versions), as: UTF8.self),
    ]
    try statement.execute(arguments: StatementArguments(own + self.study.values + times))
  }
}

extension Store {
  /// Gives reports that do not say what they are about the study of the local upload.
  /// - Returns: true when a report changed.
  @discardableResult
  static func fillStudies(ofReportsFor remoteID: String, _ db: Database) throws -> Bool {
    let columns = StudySummary.columns
    let statement = try db.cachedStatement(
      sql: """
        UPDATE reports SET (\(columns.joined(separator: ", "))) =
          (SELECT \(columns.map { "u.\($0)" }.joined(separator: ", "))
           FROM upload_remotes r JOIN uploads u ON u.key = r.upload WHERE r.remote_id = :id)
        WHERE remote_upload_id = :id
          AND study_instance_uid = '' AND patient_name = '' AND patient_id = ''
          AND EXISTS (SELECT 1 FROM upload_remotes x WHERE x.remote_id = :id)
        """)
    try statement.execute(arguments: ["id": remoteID])
    return db.changesCount > 0
  }
}
