import DICOM
import Foundation
import TestSupport
import Testing

/// Mutations of real files: every one must end in a value or a typed error.
@Suite struct MutationTests {
  static func mutate(_ original: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var bytes = original
    guard bytes.count > 16 else { return bytes }
    // Most of the structure stands at the beginning.
    let head = min(bytes.count, 4096)
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let at = Int.random(in: 0..<min(head, bytes.count), using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes.removeSubrange(Int.random(in: 1..<bytes.count, using: &random)...)
      case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2:
        let count = Int.random(in: 1...32, using: &random)
        let junk = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        bytes.insert(contentsOf: junk, at: at)
      case 3:
        let end = min(bytes.count, at + Int.random(in: 1...64, using: &random))
        for index in at..<end { bytes[index] = 0 }
      case 4:
        let end = min(bytes.count, at + 4)
        for index in at..<end { bytes[index] = 0xFF }
      default:
        let end = min(bytes.count, at + Int.random(in: 1...16, using: &random))
        bytes.removeSubrange(at..<end)
      }
      if bytes.count < 17 { break }
    }
    return bytes
  }

  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func mutationsEndInValueOrError() throws {
    let folder = try #require(SharedData.dicom)
    var random = SplitMix64(state: 2_026)
    var values = 0
    var errors = 0
    for row in try TruthTests.rows() {
      let url = folder.appendingPathComponent(row.path)
      guard let size = row.fields["size"] as? Int, size < 200_000 else { continue }
      let original = [UInt8](try Data(contentsOf: url))
      for _ in 0..<12 {
        let bytes = Self.mutate(original, &random)
        do {
          let file = try DICOMFile.read(bytes: bytes, options: .header)
          values += 1
          file.dataSet.visit { _ in }
          for field in [Tag.patientName, .studyDate, .rows, .imagePositionPatient] {
            _ = file.dataSet.strings(field)
            _ = file.dataSet.doubles(field)
            _ = file.dataSet.ints(field)
            _ = file.dataSet.date(field)
          }
          let whole = try DICOMFile.read(bytes: bytes)
          if whole.problem == nil, whole.transferSyntax == .explicitLittleEndian {
            _ = try? DICOMWriter.encode(whole.dataSet)
          }
        } catch {
          #expect(!error.description.isEmpty)
          errors += 1
        }
        _ = try? ScannedInstance.read(bytes: bytes)
      }
    }
    print("fuzz: \(values) values, \(errors) errors")
    #expect(values + errors > 3_000)
  }

  @Test func deeplyNestedSequencesAreRefused() throws {
    // Item after item, never closed.
    var bytes: [UInt8] = []
    for _ in 0..<100_000 {
      bytes += [0x08, 0, 0x40, 0x11, 0xFF, 0xFF, 0xFF, 0xFF]
      bytes += [0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]
    }
    let file = try DICOMFile.read(bytes: bytes)
    guard case .limit = file.problem else {
      Issue.record("expected a limit, got \(String(describing: file.problem))")
      return
    }
    #expect(throws: DICOMError.self) { try ScannedInstance.read(bytes: bytes) }
  }

  @Test func compressionBombIsRefused() throws {
    var meta = DataSet()
    meta.set(.transferSyntaxUID, .ui, TransferSyntax.deflated.uid)
    // Blocks of zeros, deflated by hand: stored data would not shrink, so repeat one match.
    let bomb = try #require(Deflate.zeros(megabytes: 1_100))
    let bytes =
      [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + (try DICOMWriter.encode(meta)) + bomb
    #expect(bytes.count < 2_000_000)
    #expect {
      _ = try DICOMFile.read(bytes: bytes, options: .header)
    } throws: { error in
      if case DICOMError.limit = error { return true }
      return false
    }
  }
}
