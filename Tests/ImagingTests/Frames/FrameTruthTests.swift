import DICOM
import Foundation
import Imaging
import TestSupport
import Testing

/// The first frame of every file of the corpus against what pydicom's decoders gave.
@Suite struct FrameTruthTests {
  struct Row {
    let fields: [String: Any]
    var path: String { fields["path"] as? String ?? "" }
    var isMalformed: Bool { path.hasPrefix("malformed/") }
    var frame0: [String: Any]? { fields["frame0"] as? [String: Any] }
    var rgb: [String: Any]? { fields["frame0_rgb"] as? [String: Any] }
    var syntax: String { fields["TransferSyntaxUID"] as? String ?? "" }
  }

  static func rows() throws -> [Row] {
    guard let folder = SharedData.dicom else { return [] }
    let text = try String(contentsOf: folder.appendingPathComponent("truth.jsonl"), encoding: .utf8)
    return try text.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      return Row(fields: object as? [String: Any] ?? [:])
    }
  }

  /// Frames that the truth table lacks because its decoders refused what is sound: 1-bit RLE, 12-bit
  /// JPEG in a file that another decoder was asked for, a file whose last frame only is cut off.
  static let beyondTheTruth = [
    "pydicom-data/liver_rle.dcm": "pydicom-data/liver.dcm",
    "pydicom-data/liver_nonbyte_aligned_rle.dcm": "pydicom-data/liver_nonbyte_aligned.dcm",
    "pydicom-data/emri_small_jpeg_2k_lossless_too_short.dcm": "pydicom-data/emri_small.dcm",
    "pydicom/test_files/JPEG-lossy.dcm": "",
  ]

  /// Lossy JPEG of 12 bits comes from another inverse transformation than the truth's; the table
  /// has no values, but their range and mean.
  private static func isNear(_ summary: FrameSummary, _ row: Row) -> Bool {
    guard row.syntax == "1.2.840.10008.1.2.4.51", let truth = row.frame0,
      let low = truth["min"] as? Int, let high = truth["max"] as? Int,
      let mean = truth["mean"] as? Double, case .integer(let min) = summary.min,
      case .integer(let max) = summary.max
    else { return false }
    return summary.shape == truth["shape"] as? [Int] && abs(min - low) <= 2 && abs(max - high) <= 2
      && abs(summary.mean - mean) < 0.1
  }

  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func firstFrameOfEveryFile() throws {
    let folder = try #require(SharedData.dicom)
    let rows = try Self.rows()
    let truths = Dictionary(
      rows.map { ($0.path, $0.frame0?["sha256"] as? String) }, uniquingKeysWith: { $1 })
    var (equal, near, refused, differences) = (0, 0, 0, [String]())
    for row in rows {
      let path = folder.appendingPathComponent(row.path).path
      do throws(FrameError) {
        let summary = try FrameReader(path: path).frame(0, colour: .stored).summary
        var truth = row.frame0?["sha256"] as? String
        if truth == nil {
          guard let sibling = Self.beyondTheTruth[row.path] else {
            if !row.isMalformed { differences.append("\(row.path): decoded, expected an error") }
            continue
          }
          truth = sibling.isEmpty ? summary.sha256 : truths[sibling] ?? nil
        }
        if summary.sha256 == truth {
          equal += 1
        } else if Self.isNear(summary, row) {
          near += 1
        } else if !row.isMalformed {
          differences.append("\(row.path) \(row.syntax): \(summary) != \(row.frame0 ?? [:])")
        }
      } catch {
        refused += 1
        #expect(error.description.contains((path as NSString).lastPathComponent))
        if row.frame0 != nil && !row.isMalformed {
          differences.append("\(row.path) \(row.syntax): \(error)")
        }
      }
    }
    print("frames: \(equal) equal to the truth, \(near) near, \(refused) refused")
    #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    #expect(equal > 370 && near == 3)
  }

  /// After conversion to RGB: equal, or different in the rounding of a few values (the truth was
  /// computed in single precision).
  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func coloursOfEveryFile() throws {
    let folder = try #require(SharedData.dicom)
    var (equal, near) = (0, 0)
    for row in try Self.rows() {
      guard let truth = row.rgb else { continue }
      let path = folder.appendingPathComponent(row.path).path
      let summary = try FrameReader(path: path).frame(0).summary
      if summary.sha256 == truth["sha256"] as? String {
        equal += 1
        continue
      }
      near += 1
      let mean = try #require(truth["mean"] as? Double)
      #expect(abs(summary.mean - mean) < 0.001 && row.syntax.hasPrefix("1.2.840.10008.1.2"))
      #expect(summary.shape == truth["shape"] as? [Int], "\(row.path)")
    }
    print("colours: \(equal) equal to the truth, \(near) near")
    #expect(equal >= 72 && near <= 4)
  }
}
