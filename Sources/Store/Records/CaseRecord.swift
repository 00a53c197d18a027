import Domain
import Foundation
import GRDB

extension TeachingCase {
  /// What a list shows; the long texts and the preview are left out.
  static let listColumns = [
    "id", "title", "modality", "body_part", "diagnosis", "difficulty", "tags", "author",
    "updated_at",
  ]
  static let detailColumns = [
    "clinical_history", "findings", "teaching_points", "differentials", "preview_width",
    "preview_height", "preview",
  ]

  init(fields: inout Fields) {
    self.init(
      id: CaseID(fields.next()), title: fields.next(), modality: fields.next(),
      bodyPart: fields.next(), diagnosis: fields.next(), difficulty: fields.next(),
      clinicalHistory: "", findings: "", teachingPoints: "", differentials: [],
      tags: Self.lines(fields.next()), author: fields.next(), updatedAt: fields.date())
  }

  /// - Parameter row: begins with ``listColumns``; the others are read by their names.
  init(row: Row) {
    var fields = Fields(row)
    self.init(fields: &fields)
    clinicalHistory = row["clinical_history"]
    findings = row["findings"]
    teachingPoints = row["teaching_points"]
    differentials = Self.lines(row["differentials"])
    if let width: Int = row["preview_width"], let height: Int = row["preview_height"],
      let pixels: Data = row["preview"]
    {
      preview = GrayThumbnail(width: width, height: height, pixels: pixels)
    }
  }

  /// Inserts or updates the row; an older version never replaces a newer one.
  func upsert(_ db: Database) throws {
    let columns = [
      "id", "title", "title_order", "modality", "body_part", "diagnosis", "difficulty", "author",
      "tags", "updated_at", "differentials", "clinical_history", "findings", "teaching_points",
      "preview_width", "preview_height", "preview",
    ]
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO cases (\(columns.joined(separator: ", ")))
        VALUES (\(placeholders(columns.count)))
        ON CONFLICT (id) DO UPDATE SET \(excluded(Array(columns.dropFirst())))
        WHERE excluded.updated_at >= cases.updated_at
        """)
    let title = String(String.UnicodeScalarView(title.unicodeScalars.prefix(500)))
    try statement.execute(arguments: [
      id.rawValue, title, Self.order(title), modality, bodyPart, diagnosis,
      min(5, max(1, difficulty)), author, Self.text(tags), updatedAt.micros,
      Self.text(differentials), clinicalHistory, findings, teachingPoints, preview?.width,
      preview?.height, preview?.pixels,
    ])
  }

  /// The form that titles are sorted by.
  static func order(_ title: String) -> String {
    title.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
  }

  /// Lists of words are kept as lines, which the text index reads as well.
  private static func text(_ words: [String]) -> String {
    words.map { $0.replacing("\n", with: " ") }.joined(separator: "\n")
  }

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map(String.init)
  }
}
