import DICOM
import Foundation
import TestSupport
import Testing

@testable import Imaging

/// Codestreams of every codec, mutated: each ends in a frame or in a typed error that names the
/// file, and the next sound image is decoded.
@Suite(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
struct MalformedCodecTests {
  static let seeds = [
    "transcoded/ctge_jpeg_baseline.dcm", "transcoded/ctge_jpeg_extended12.dcm",
    "transcoded/ctge_jpeg_lossless_sv1.dcm", "transcoded/ctge_jpeg_lossless_p14_sv6.dcm",
    "transcoded/ctge_jpegls_lossless.dcm", "pydicom-data/JLSN_RGB_ILV0.dcm",
    "transcoded/ctge_j2k_lossless.dcm", "transcoded/ctge_htj2k_lossless.dcm",
    "transcoded/ctge_htj2k_lossy.dcm", "transcoded/col_j2k.dcm", "transcoded/ctge_rle.dcm",
    "transcoded/col_jpeg_baseline_ybr422.dcm", "pydicom-data/liver_deflate.dcm",
  ]

  /// SplitMix64: the same mutations in every run.
  struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  /// Changes bytes of the pixel data only; the file around it stays sound.
  static func mutate(_ file: [UInt8], _ data: Range<Int>, _ random: inout Random) -> [UInt8] {
    var bytes = file
    // Headers decide most: half of the changes go to the first 200 bytes.
    let head = data.lowerBound..<min(data.upperBound, data.lowerBound + 200)
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let area = Bool.random(using: &random) ? head : data
      let at = Int.random(in: area, using: &random)
      let end = min(data.upperBound, at + Int.random(in: 1...40, using: &random))
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: for index in at..<end { bytes[index] = 0 }
      case 2: for index in at..<end { bytes[index] = 0xFF }
      case 3: for index in at..<end { bytes[index] = .random(in: 0...255, using: &random) }
      default: bytes[at] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF][Int.random(in: 0..<6, using: &random)]
      }
    }
    return bytes
  }

  /// The bytes of the first frame's fragments.
  static func data(_ file: [UInt8]) throws -> Range<Int> {
    let opened = try OpenedFile(bytes: file)
    guard case .fragments(let pixels) = opened.file.dataSet[.pixelData]?.value,
      let first = pixels.fragments.first
    else { throw CocoaError(.fileReadCorruptFile) }
    return first.offset..<first.offset + first.length
  }

  @Test(arguments: seeds) func mutations(seed: String) throws {
    let folder = try #require(SharedData.dicom)
    let file = [UInt8](try Data(contentsOf: folder.appendingPathComponent(seed)))
    let sound = try FrameReader(bytes: file, name: "sound.dcm").frame(0)
    let data = try Self.data(file)
    var random = Random(state: UInt64(seed.utf8.reduce(0) { $0 &* 31 &+ Int($1) } & 0xFFFF))
    var (frames, errors, lost) = (0, 0, 0)
    for _ in 0..<40 {
      let bytes = Self.mutate(file, data, &random)
      do throws(FrameError) {
        let frame = try FrameReader(bytes: bytes, name: "mutated.dcm").frame(0)
        #expect(frame.pixels.count == frame.columns * frame.rows * frame.samplesPerPixel)
        frames += 1
      } catch {
        #expect(error.description.hasPrefix("mutated.dcm: "), "\(error)")
        if case .decoderLost = error { lost += 1 }
        errors += 1
      }
    }
    // Truncations, at places that matter and at others.
    for length in [0, 1, 2, 3, 4, 20, 100, data.count / 2, data.count - 1] {
      var cut = Array(file[..<data.lowerBound])
      cut.replaceSubrange(cut.count - 4..<cut.count, with: PixelFile.long(length))
      cut += file[data.lowerBound..<data.lowerBound + length]
      cut += [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]
      do throws(FrameError) {
        _ = try FrameReader(bytes: cut, name: "mutated.dcm").frame(0)
        frames += 1
      } catch {
        #expect(error.description.hasPrefix("mutated.dcm: "), "\(error)")
        errors += 1
      }
    }
    print("\(seed): \(frames) frames, \(errors) errors, \(lost) of them ended the decoder")
    #expect(frames + errors == 49 && errors > 0)
    let again = try FrameReader(bytes: file, name: "sound.dcm").frame(0)
    #expect(again == sound)
  }

  /// The corpus's own broken codestreams.
  @Test func corruptFilesOfTheCorpus() throws {
    let folder = try #require(SharedData.dicom).appendingPathComponent("malformed")
    var (frames, warned, errors) = (0, 0, 0)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where name.hasPrefix("j_") {
      do throws(FrameError) {
        let frame = try FrameReader(path: folder.appendingPathComponent(name).path).frame(0)
        frames += 1
        if frame.warning != nil { warned += 1 }
      } catch {
        #expect(error.description.contains(name))
        errors += 1
      }
    }
    print("corrupt files: \(frames) frames (\(warned) with a warning), \(errors) errors")
    #expect(frames + errors == 13)
  }
}
