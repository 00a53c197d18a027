public import Domain
import GRDB

extension Store {
  /// A window of the uploads: the unfinished first, in sending order, then the newest; with a text
  /// filter the newest first.
  public func uploads(
    _ filter: UploadFilter, _ window: Window
  ) async throws -> (page: ListPage<Upload>, counts: UploadCounts) {
    try await read { db in
      var counts = UploadCounts()
      for (value, number) in try ListWindow.counts(db, "uploads.state") {
        if let state = UploadState(rawValue: value) { counts.byState[state] = number }
      }
      let (keys, total) = try Self.uploadKeys(db, filter, window, counts)
      let rows = try ListWindow.rows(
        db, keys: keys, columns: Upload.columns, table: "uploads"
      ) { try Upload(fields: &$0) }
      return (ListPage(rows: rows, total: total), counts)
    }
  }

  private static func uploadKeys(
    _ db: Database, _ filter: UploadFilter, _ window: Window, _ counts: UploadCounts
  ) throws -> (keys: [Int64], total: Int) {
    let order = [ListWindow.Column(name: "list_order"), ListWindow.Column(name: "key")]
    let states = filter.states.sorted { $0.rawValue < $1.rawValue }
    if let expression = TextIndex.expression(filter.text) {
      return try TextSearch(
        index: .uploads, expression: expression, order: order,
        column: states.isEmpty ? nil : "state", values: states.map(\.rawValue)
      ).keys(db, window)
    }
    let chosen = states.isEmpty ? UploadState.allCases : states
    let total = chosen.reduce(0) { $0 + (counts.byState[$1] ?? 0) }
    let all = counts.byState.values.reduce(0, +)
    // Where most rows are wanted, leaving the others out is faster than merging.
    let isDense = states.count > 1 && total > all / 2
    var list = ListWindow(
      table: isDense ? "uploads INDEXED BY uploads_list" : "uploads", order: order)
    if states.count > 1, !isDense {
      list.merged = (column: "state", values: states.map(\.rawValue))
    } else if !states.isEmpty {
      list.conditions = ["state IN (\(placeholders(states.count)))"]
      list.arguments = StatementArguments(states.map(\.rawValue))
    }
    return (try list.keys(db, window, total: total), total)
  }

  /// The paths of an upload's files, in the order in which they were handed over.
  public func paths(of id: UploadID) async throws -> [String] {
    try await read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT upload_files.path FROM upload_files JOIN uploads ON uploads.key = upload_files.upload
          WHERE uploads.id = ? ORDER BY upload_files.key
          """, arguments: [id.rawValue])
    }
  }

  /// An upload with its log and at most `fileLimit` files, the failed ones first.
  public func uploadDetail(_ id: UploadID, fileLimit: Int) async throws -> UploadDetail? {
    try await read { db in try Self.detail(id, fileLimit: fileLimit, db) }
  }

  static func detail(
    _ id: UploadID, fileLimit: Int, logLimit: Int = 500, _ db: Database
  ) throws -> UploadDetail? {
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT \(Upload.columnList), key FROM uploads WHERE id = ?",
        arguments: [id.rawValue])
    else { return nil }
    let key: Int64 = row["key"]
    let files = try Row.fetchAll(
      db,
      sql: """
        SELECT \(UploadFile.columnList) FROM upload_files WHERE upload = ?
        ORDER BY state <> 'failed', key LIMIT ?
        """, arguments: [key, max(0, fileLimit)])
    let log = try Row.fetchAll(
      db, sql: "SELECT at, text FROM upload_log WHERE upload = ? ORDER BY key DESC LIMIT ?",
      arguments: [key, logLimit])
    var detail = UploadDetail(
      upload: try Upload(row: row),
      files: try files.map { try UploadFile(row: $0, uploadID: id) },
      log: log.map { UploadDetail.LogLine(at: $0.date("at"), text: $0["text"]) })
    detail.copies = try copies("uploads.key = ?", [key], db)
    return detail
  }
}
