public import DICOM
import Foundation
import GRDB
public import Gateway

extension BuiltInArchive {
  public func search(_ query: ArchiveQuery) async throws -> [DICOMJSON] {
    let statement = SearchStatement(query)
    return try await answering {
      try await self.index.read { database in
        try Row.fetchAll(database, sql: statement.sql, arguments: statement.arguments)
          .map { try Self.answer($0, query.level) }
      }
    }
  }

  /// The attributes of a level and of those above it (PS3.18 tables 10.6.1-3 to -5).
  private static func answer(_ row: Row, _ level: ArchiveQuery.Level) throws -> DICOMJSON {
    var answer = DICOMJSON()
    let columns = ["study_attributes", "series_attributes", "instance_attributes"]
    for column in columns where row.hasColumn(column) {
      let text: String = row[column]
      let part = try JSONDecoder().decode(DICOMJSON.self, from: Data(text.utf8))
      answer.attributes.merge(part.attributes) { $1 }
    }
    answer.set("00080056", "CS", "ONLINE")
    func count(_ tag: String, _ column: String) {
      let number: Int64 = row[column]
      answer.attributes[tag] = .init(vr: "IS", values: [.integer(number)])
    }
    switch level {
    case .study:
      count("00201206", "series_count")
      count("00201208", "instance_count")
      let modalities: String = row["modalities"] ?? ""
      let values = modalities.split(separator: ",").sorted().map {
        DICOMJSON.Value.text(String($0))
      }
      answer.attributes["00080061"] = .init(vr: "CS", values: values.isEmpty ? nil : values)
    case .series: count("00201209", "instance_count")
    case .instance: break
    }
    return answer
  }
}

/// A search as SQL; every value of the caller is an argument.
private struct SearchStatement {
  var sql: String
  var arguments: StatementArguments

  init(_ query: ArchiveQuery) {
    var values: [any DatabaseValueConvertible] = []
    var conditions: [String] = []
    func add(_ condition: String, _ arguments: [any DatabaseValueConvertible]) {
      conditions.append(condition)
      values += arguments
    }
    if let study = query.study { add("study.study_uid = ?", [study]) }
    if let series = query.series { add("series.series_uid = ?", [series]) }
    for (tag, match) in query.matches.sorted(by: { $0.key < $1.key }) {
      let (sql, arguments) = Self.condition(tag, match, query.level)
      add(sql, arguments)
    }
    let filter = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
    switch query.level {
    case .study:
      sql = """
        SELECT study.attributes AS study_attributes,
          (SELECT count(*) FROM series s WHERE s.study_uid = study.study_uid) AS series_count,
          (SELECT count(*) FROM instance i WHERE i.study_uid = study.study_uid) AS instance_count,
          (SELECT group_concat(DISTINCT i.modality) FROM instance i
            WHERE i.study_uid = study.study_uid) AS modalities
        FROM study WHERE \(filter)
        ORDER BY study.study_date DESC, study.study_uid
        """
    case .series:
      sql = """
        SELECT study.attributes AS study_attributes, series.attributes AS series_attributes,
          (SELECT count(*) FROM instance i WHERE i.study_uid = series.study_uid
            AND i.series_uid = series.series_uid) AS instance_count
        FROM study JOIN series USING (study_uid) WHERE \(filter)
        ORDER BY study.study_uid, series.series_number, series.series_uid
        """
    case .instance:
      sql = """
        SELECT study.attributes AS study_attributes, series.attributes AS series_attributes,
          instance.attributes AS instance_attributes
        FROM instance JOIN series USING (study_uid, series_uid) JOIN study USING (study_uid)
        WHERE \(filter)
        ORDER BY study.study_uid, series.series_uid, instance.instance_number, instance.sop_uid
        """
    }
    sql += " LIMIT ? OFFSET ?"
    values += [query.limit, query.offset]
    arguments = StatementArguments(values)
  }

  private static func condition(
    _ tag: Tag, _ match: ArchiveQuery.Match, _ level: ArchiveQuery.Level
  ) -> (String, [any DatabaseValueConvertible]) {
    if level == .study && (tag == .modality || tag == .modalitiesInStudy) {
      let (sql, arguments) = compare("i.modality", match) { $0 }
      return (
        "EXISTS (SELECT 1 FROM instance i WHERE i.study_uid = study.study_uid AND \(sql))",
        arguments
      )
    }
    switch tag {
    case .modality, .modalitiesInStudy:
      return compare(level == .instance ? "instance.modality" : "series.modality", match) { $0 }
    case .patientName:
      // Each group of the name is a candidate.
      return compare("study.patient_name", match, isInGroups: true) {
        let name = FoldedText.name($0)
        return String(name.dropFirst().dropLast())
      }
    case .studyDescription: return compare("study.description", match, FoldedText.fold)
    default:
      guard let column = columns[tag] else { return ("0", []) }
      return compare(column, match) { $0 }
    }
  }

  private static let columns: [Tag: String] = [
    .patientID: "study.patient_id", .patientBirthDate: "study.birth_date",
    .studyDate: "study.study_date", .accessionNumber: "study.accession_number",
    .studyID: "study.study_id", .studyInstanceUID: "study.study_uid",
    .seriesInstanceUID: "series.series_uid", .seriesNumber: "CAST(series.series_number AS TEXT)",
    .sopInstanceUID: "instance.sop_uid", .sopClassUID: "instance.sop_class_uid",
    .instanceNumber: "CAST(instance.instance_number AS TEXT)",
  ]

  private static func compare(
    _ column: String, _ match: ArchiveQuery.Match, isInGroups: Bool = false,
    _ prepare: (String) -> String
  ) -> (String, [any DatabaseValueConvertible]) {
    // GLOB knows sets in brackets, DICOM does not.
    func glob(_ pattern: String) -> String {
      let pattern = prepare(pattern).replacing("[", with: "[[]")
      return isInGroups ? "*=\(pattern)=*" : pattern
    }
    switch match {
    case .anyOf(let texts) where isInGroups:
      let sql = texts.map { _ in "instr(\(column), ?) > 0" }.joined(separator: " OR ")
      return ("(\(sql))", texts.map { "=\(prepare($0))=" })
    case .anyOf(let texts):
      let marks = texts.map { _ in "?" }.joined(separator: ", ")
      return ("\(column) IN (\(marks))", texts.map(prepare))
    case .pattern(let pattern): return ("\(column) GLOB ?", [glob(pattern)])
    case .range(let from, let to):
      var conditions = ["\(column) <> ''"]
      var values: [String] = []
      if let from {
        conditions.append("\(column) >= ?")
        values.append(from)
      }
      if let to {
        conditions.append("\(column) <= ?")
        values.append(to)
      }
      return (conditions.joined(separator: " AND "), values)
    }
  }
}
