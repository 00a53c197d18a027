import Domain
import Foundation
import GRDB

extension Date {
  /// Microseconds since 1970, as the store keeps times.
  var micros: Int64 { Int64(clamping: Int((timeIntervalSince1970 * 1e6).rounded())) }

  init(micros: Int64) { self.init(timeIntervalSince1970: Double(micros) / 1e6) }
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

  init(row: Row) {
    self.init(
      studyInstanceUID: row["study_instance_uid"], patientName: row["patient_name"],
      patientID: row["patient_id"], patientBirthDate: row["patient_birth_date"],
      patientSex: row["patient_sex"], accessionNumber: row["accession_number"],
      studyDate: row["study_date"], studyTime: row["study_time"],
      studyDescription: row["study_description"], bodyPart: row["body_part"],
      modality: row["modality"], seriesCount: row["series_count"],
      instanceCount: row["instance_count"])
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
