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

  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func firstFrameOfEveryFile() throws {
    let folder = try #require(SharedData.dicom)
    var (equal, refused, differences) = (0, 0, [String]())
    for row in try Self.rows() {
      let path = folder.appendingPathComponent(row.path).path
      do throws(FrameError) {
        let frame = try FrameReader(path: path).frame(0, colour: .stored)
        let summary = frame.summary
        guard let truth = row.frame0 else {
          if !row.isMalformed { differences.append("\(row.path): decoded, expected an error") }
          continue
        }
        if summary.sha256 == truth["sha256"] as? String {
          equal += 1
        } else if !row.isMalformed {
          differences.append("\(row.path) \(row.syntax): \(summary) != \(truth)")
        }
      } catch {
        refused += 1
        #expect(error.description.contains((path as NSString).lastPathComponent))
        if row.frame0 != nil && !row.isMalformed {
          differences.append("\(row.path) \(row.syntax): \(error)")
        }
      }
    }
    print("frames: \(equal) equal to the truth, \(refused) refused, \(differences.count) differ")
    #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
  }

  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func coloursOfEveryFile() throws {
    let folder = try #require(SharedData.dicom)
    var equal = 0
    var differences: [String] = []
    for row in try Self.rows() where row.rgb != nil {
      let path = folder.appendingPathComponent(row.path).path
      let frame = try FrameReader(path: path).frame(0)
      let summary = frame.summary
      if summary.sha256 == row.rgb?["sha256"] as? String { equal += 1 } else {
        differences.append("\(row.path) \(row.syntax): \(summary) != \(row.rgb!)")
      }
    }
    print("colours: \(equal) equal to the truth, \(differences.count) differ")
    #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
  }
}
