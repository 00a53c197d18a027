public import Domain
import GRDB

extension Store {
  /// A window of the teaching cases by title, without long texts and preview; with a text filter
  /// the case that was added last comes first.
  public func cases(
    _ filter: CaseFilter, _ window: Window
  ) async throws -> (page: ListPage<TeachingCase>, facets: CaseFacets) {
    try await read { db in
      let facets = CaseFacets(
        modalities: try ListWindow.buckets(db, "cases.modality"),
        bodyParts: try ListWindow.buckets(db, "cases.body_part"))
      let equal = [("modality", filter.modality), ("body_part", filter.bodyPart)]
        .compactMap { name, value in value.map { (column: name, value: $0) } }
      let order = ["title_order", "key"].map { ListWindow.Column(name: $0) }
      let keys: [Int64]
      let total: Int
      if let expression = TextIndex.expression(filter.text) {
        (keys, total) = try TextSearch(
          index: .cases, expression: expression, order: order, equal: equal
        ).keys(db, window)
      } else {
        var list = ListWindow(table: "cases", order: order)
        list.conditions = equal.map { "\($0.column) = ?" }
        list.arguments = StatementArguments(equal.map(\.value))
        total = try Self.caseTotal(db, equal)
        keys = try list.keys(db, window, total: total)
      }
      let rows = try ListWindow.rows(
        db, keys: keys, columns: TeachingCase.listColumns, table: "cases"
      ) { TeachingCase(fields: &$0) }
      return (ListPage(rows: rows, total: total), facets)
    }
  }

  private static func caseTotal(
    _ db: Database, _ equal: [(column: String, value: String)]
  ) throws -> Int {
    switch equal.count {
    case 0: try ListWindow.count(db, "cases.modality")
    case 1: try ListWindow.count(db, "cases.\(equal[0].column)", equal[0].value)
    default:
      try Int.fetchOne(
        db,
        sql: """
          SELECT count(*) FROM cases
          WHERE \(equal.map { "\($0.column) = ?" }.joined(separator: " AND "))
          """, arguments: StatementArguments(equal.map(\.value))) ?? 0
    }
  }

  /// One case with everything.
  public func teachingCase(_ id: CaseID) async throws -> TeachingCase? {
    try await read { db in
      let columns = (TeachingCase.listColumns + TeachingCase.detailColumns)
        .joined(separator: ", ")
      return try Row.fetchOne(
        db, sql: "SELECT \(columns) FROM cases WHERE id = ?", arguments: [id.rawValue]
      ).map { TeachingCase(row: $0) }
    }
  }
}
