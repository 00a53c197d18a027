extension Schema {
  /// Counts by value, kept by triggers: a list's tabs and totals cost nothing at 100,000 rows.
  static let counters =
    """
    CREATE TABLE counts (
      list TEXT NOT NULL, value TEXT NOT NULL, number INTEGER NOT NULL CHECK (number >= 0),
      PRIMARY KEY (list, value)
    ) STRICT, WITHOUT ROWID;
    """ + counted("uploads", "state", as: "uploads.state")
    + counted("uploads", "modality", as: "uploads.modality")
    + counted("uploads", "service_level", as: "uploads.service_level")
    + counted("reports", "status", as: "reports.status")
    + counted(
      "reports", "CASE WHEN #.status = 'ready' AND #.viewed_at IS NULL THEN 'new' ELSE 'seen' END",
      columns: "status, viewed_at", as: "reports.unread", raw: true)
    + counted("cases", "modality", as: "cases.modality")
    + counted("cases", "body_part", as: "cases.body_part")
    + counted(
      "notifications", "CASE WHEN #.read_at IS NULL THEN 'unread' ELSE 'read' END",
      columns: "read_at", as: "notifications.read", raw: true)

  /// The counters of an upload, which triggers on its files keep right in the same transaction.
  static let progress = """
    CREATE TRIGGER uploads_duration_insert AFTER INSERT ON uploads
    WHEN NEW.verified_at IS NOT NULL BEGIN
      UPDATE uploads SET seconds_to_pacs = (verified_at - started_at) / 1e6 WHERE key = NEW.key;
    END;
    CREATE TRIGGER uploads_duration_update AFTER UPDATE OF verified_at, started_at ON uploads
    WHEN NEW.verified_at IS NOT OLD.verified_at OR NEW.started_at IS NOT OLD.started_at BEGIN
      UPDATE uploads SET seconds_to_pacs = (verified_at - started_at) / 1e6 WHERE key = NEW.key;
    END;
    CREATE TRIGGER upload_files_progress AFTER UPDATE OF acknowledged_bytes ON upload_files
    WHEN NEW.acknowledged_bytes <> OLD.acknowledged_bytes BEGIN
      UPDATE uploads SET sent_bytes = sent_bytes + NEW.acknowledged_bytes - OLD.acknowledged_bytes
      WHERE key = NEW.upload;
    END;
    CREATE TRIGGER upload_files_proof AFTER UPDATE OF custody ON upload_files
    WHEN NEW.custody <> OLD.custody BEGIN
      UPDATE uploads SET
        stored_files = stored_files + (NEW.custody >= 1) - (OLD.custody >= 1),
        verified_files = verified_files + (NEW.custody >= 2) - (OLD.custody >= 2),
        committed_files = committed_files + (NEW.custody >= 3) - (OLD.custody >= 3)
      WHERE key = NEW.upload;
    END;
    """

  /// Triggers that count rows of a table by a value.
  /// - Parameters:
  ///   - value: a column, or with `raw` an expression in which `#` stands for the row.
  ///   - columns: those that the expression reads.
  private static func counted(
    _ table: String, _ value: String, columns: String? = nil, as list: String, raw: Bool = false
  ) -> String {
    func of(_ row: String) -> String {
      raw ? value.replacing("#", with: row) : "\(row).\(value)"
    }
    let name = list.replacing(".", with: "_")
    func add(_ row: String) -> String {
      """
      INSERT INTO counts VALUES ('\(list)', \(of(row)), 1)
        ON CONFLICT DO UPDATE SET number = number + 1;
      """
    }
    func take(_ row: String) -> String {
      "UPDATE counts SET number = number - 1 WHERE list = '\(list)' AND value = \(of(row));"
    }
    return """
      CREATE TRIGGER count_\(name)_insert AFTER INSERT ON \(table) BEGIN
        \(add("NEW"))
      END;
      CREATE TRIGGER count_\(name)_delete AFTER DELETE ON \(table) BEGIN
        \(take("OLD"))
      END;
      CREATE TRIGGER count_\(name)_update AFTER UPDATE OF \(columns ?? value) ON \(table)
      WHEN \(of("NEW")) <> \(of("OLD")) BEGIN
        \(take("OLD"))
        \(add("NEW"))
      END;

      """
  }
}
