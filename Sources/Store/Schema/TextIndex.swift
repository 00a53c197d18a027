/// A full-text index over some columns of a table, kept by triggers (SQLite FTS5, external
/// content). Words are compared without case and diacritics.
struct TextIndex {
  let table: String
  let columns: [String]

  static let uploads = TextIndex(
    table: "uploads",
    columns: ["patient_name", "patient_id", "study_description", "accession_number", "modality"])
  static let reports = TextIndex(
    table: "reports",
    columns: [
      "patient_name", "patient_id", "study_description", "accession_number", "modality",
      "radiologist", "text",
    ])
  static let cases = TextIndex(
    table: "cases",
    columns: [
      "title", "diagnosis", "modality", "body_part", "tags", "clinical_history", "findings",
      "teaching_points",
    ])
  static let all = [uploads, reports, cases]

  var name: String { table + "_text" }

  var sql: String {
    let list = columns.joined(separator: ", ")
    func values(_ row: String) -> String { columns.map { "\(row).\($0)" }.joined(separator: ", ") }
    let changed = columns.map { "NEW.\($0) IS NOT OLD.\($0)" }.joined(separator: " OR ")
    let remove =
      "INSERT INTO \(name) (\(name), rowid, \(list)) VALUES ('delete', OLD.key, \(values("OLD")));"
    let add = "INSERT INTO \(name) (rowid, \(list)) VALUES (NEW.key, \(values("NEW")));"
    return """
      CREATE VIRTUAL TABLE \(name) USING fts5 (
        \(list), content = '\(table)', content_rowid = 'key', prefix = '2 3',
        tokenize = 'unicode61 remove_diacritics 2');
      CREATE TRIGGER \(name)_insert AFTER INSERT ON \(table) BEGIN
        \(add)
      END;
      CREATE TRIGGER \(name)_delete AFTER DELETE ON \(table) BEGIN
        \(remove)
      END;
      CREATE TRIGGER \(name)_update AFTER UPDATE OF \(list) ON \(table) WHEN \(changed) BEGIN
        \(remove)
        \(add)
      END;
      """
  }

  /// The FTS5 expression that finds every word as the beginning of a word; nil when the text has
  /// no letter or digit and thus narrows nothing.
  static func expression(_ text: String) -> String? {
    let words = text.split(whereSeparator: { $0.isWhitespace }).compactMap { word -> String? in
      let safe = word.unicodeScalars.filter { $0 != "\"" && $0.value >= 0x20 && $0.value != 0x7F }
      guard safe.contains(where: { $0.properties.isAlphabetic || $0.properties.numericType != nil })
      else { return nil }
      return "\"" + String(String.UnicodeScalarView(safe)) + "\"*"
    }
    return words.isEmpty ? nil : words.joined(separator: " AND ")
  }
}
