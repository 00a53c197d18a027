import DICOM
import Foundation
import TestSupport
import Testing

/// Every field of every file of the corpus against what pydicom read.
@Suite struct TruthTests {
  struct Row {
    let fields: [String: Any]
    var path: String { fields["path"] as? String ?? "" }
    var isMalformed: Bool { path.hasPrefix("malformed/") }
  }

  /// Where the truth is wrong: pydicom gives up the whole data set of a file whose last fragment
  /// is cut, and reads one element of nonsense in a text that is no DICOM.
  static let excluded: Set<String> = [
    "pydicom-data/emri_small_jpeg_2k_lossless_too_short.dcm", "pydicom/test_files/no_meta.dcm",
  ]

  static func rows() throws -> [Row] {
    guard let folder = SharedData.dicom else { return [] }
    let text = try String(contentsOf: folder.appendingPathComponent("truth.jsonl"), encoding: .utf8)
    return try text.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      return Row(fields: object as? [String: Any] ?? [:])
    }
  }

  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func everyFieldOfEveryFile() throws {
    let folder = try #require(SharedData.dicom)
    let rows = try Self.rows()
    #expect(rows.count == 517)
    var compared = 0
    var differences: [String] = []
    for row in rows {
      let record = InspectRecord.read(path: folder.appendingPathComponent(row.path).path)
      #expect(record.size == row.fields["size"] as? Int, "\(row.path)")
      #expect(record.sha256 == row.fields["sha256"] as? String, "\(row.path)")
      if row.isMalformed || Self.excluded.contains(row.path)
        || row.fields["parse_ok_force"] as? Bool != true
      {
        #expect(record.parseOK || record.error != nil, "\(row.path)")
        continue
      }
      let json = try JSONSerialization.jsonObject(with: Data(record.json.utf8))
      let found = json as? [String: Any] ?? [:]
      var keys = InspectField.all.map(\.key)
      keys += ["has_pixel", "overlay_groups", "part10", "n_elements"]
      if row.fields["parse_ok"] as? Bool == true { keys.append("parse_ok") }
      for key in keys where !Self.same(found[key], row.fields[key]) {
        differences.append(
          "\(row.path) \(key): \(found[key] ?? "-") != \(row.fields[key] ?? "-")")
      }
      compared += 1
    }
    print("truth: \(compared) records compared, \(differences.count) fields differ")
    #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
  }

  static func same(_ a: Any?, _ b: Any?) -> Bool {
    switch (a, b) {
    case (nil, nil), (is NSNull, nil), (nil, is NSNull), (is NSNull, is NSNull): return true
    case (let a as String, let b as String): return a == b
    case (let a as [Any], let b as [Any]):
      return a.count == b.count && zip(a, b).allSatisfy { same($0, $1) }
    case (let a as NSNumber, let b as NSNumber): return a.doubleValue == b.doubleValue
    default: return false
    }
  }
}
