import Domain
import Foundation
import GRDB

extension Date {
  /// Microseconds since 1970, as the store keeps times.
  var micros: Int64 { Int64(clamping: Int((timeIntervalSince1970 * 1e6).rounded())) }

  init(micros: Int64) { self.init(timeIntervalSince1970: Double(micros) / 1e6) }
}

/// Reads the columns of a row one after the other, in the order in which they were selected: a
/// lookup by name costs more than the value.
struct Fields {
  private let row: Row
  private var index = 0

  init(_ row: Row) { self.row = row }

  mutating func next<T: DatabaseValueConvertible & StatementColumnConvertible>() -> T {
    defer { index += 1 }
    return row[index]
  }

  mutating func optional<T: DatabaseValueConvertible & StatementColumnConvertible>() -> T? {
    defer { index += 1 }
    return row[index]
  }

  mutating func date() -> Date { Date(micros: next()) }

  mutating func optionalDate() -> Date? {
    let micros: Int64? = optional()
    return micros.map { Date(micros: $0) }
  }

  /// A value of a closed list; the schema's CHECK makes others impossible.
  mutating func choice<T: RawRepresentable>() throws -> T where T.RawValue == String {
    let raw: String = next()
    guard let value = T(rawValue: raw) else {
      throw StoreError.corrupt(path: "the store", reason: "\"\(raw)\" is not a \(T.self)")
    }
    return value
  }
}

extension Row {
  func date(_ column: String) -> Date { Date(micros: self[column]) }

  func optionalDate(_ column: String) -> Date? {
    (self[column] as Int64?).map { Date(micros: $0) }
  }

  /// A value of a closed list; the schema's CHECK makes others impossible.
  func choice<T: RawRepresentable>(_ column: String) throws -> T where T.RawValue == String {
    let raw: String = self[column]
    guard let value = T(rawValue: raw) else {
      throw StoreError.corrupt(path: "the store", reason: "\(column) is \"\(raw)\"")
    }
    return value
  }
}

extension StudySummary {
  /// The columns of `Schema.study`, in order.
  static let columns = [
    "study_instance_uid", "patient_name", "patient_id", "patient_birth_date", "patient_sex",
    "accession_number", "study_date", "study_time", "study_description", "body_part", "modality",
    "series_count", "instance_count",
  ]

  init(fields: inout Fields) {
    self.init(
      studyInstanceUID: fields.next(), patientName: fields.next(), patientID: fields.next(),
      patientBirthDate: fields.next(), patientSex: fields.next(), accessionNumber: fields.next(),
      studyDate: fields.next(), studyTime: fields.next(), studyDescription: fields.next(),
      bodyPart: fields.next(), modality: fields.next(), seriesCount: fields.next(),
      instanceCount: fields.next())
  }

  var values: [any DatabaseValueConvertible] {
    [
      studyInstanceUID, patientName, patientID, patientBirthDate, patientSex, accessionNumber,
      studyDate, studyTime, studyDescription, bodyPart, modality, max(0, seriesCount),
      max(0, instanceCount),
    ]
  }

  /// True when it says neither which study nor whose.
  var isUnknown: Bool { studyInstanceUID.isEmpty && patientName.isEmpty && patientID.isEmpty }
}

/// `a = excluded.a, b = excluded.b`: the update part of an upsert.
func excluded(_ columns: [String]) -> String {
  columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
}

/// `?, ?, ?`
func placeholders(_ count: Int) -> String {
  Array(repeating: "?", count: count).joined(separator: ", ")
}
