import DICOM
import Foundation
import TestSupport
import Testing

@testable import Imaging

/// Every frame, not only the first, and what happens around reading them.
@Suite struct MultiframeTests {
  /// The same pictures in several syntaxes: every frame is that of the uncompressed file.
  @Test(
    .enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"),
    arguments: [
      ("pydicom-data/emri_small.dcm", "pydicom-data/emri_small_RLE.dcm"),
      ("pydicom-data/emri_small.dcm", "pydicom-data/emri_small_big_endian.dcm"),
      ("pydicom-data/emri_small.dcm", "pydicom-data/emri_small_jpeg_2k_lossless.dcm"),
      ("pydicom-data/emri_small.dcm", "pydicom-data/emri_small_jpeg_ls_lossless.dcm"),
      ("pydicom-data/liver.dcm", "pydicom-data/liver_rle.dcm"),
      ("pydicom-data/liver.dcm", "pydicom-data/liver_deflate.dcm"),
      ("pydicom-data/liver.dcm", "pydicom-data/liver_j2k.dcm"),
      ("pydicom-data/liver.dcm", "pydicom-data/liver_expb.dcm"),
      ("pydicom-data/liver_nonbyte_aligned.dcm", "pydicom-data/liver_nonbyte_aligned_rle.dcm"),
      ("pydicom-data/liver_nonbyte_aligned.dcm", "pydicom-data/liver_nonbyte_aligned_deflate.dcm"),
      ("transcoded/col_rgb_6frames.dcm", "transcoded/col_rle_6frames.dcm"),
      ("pydicom/test_files/rtdose.dcm", "pydicom/test_files/rtdose_rle.dcm"),
    ])
  func everyFrameIsThatOfTheUncompressedFile(plain: String, compressed: String) throws {
    let folder = try #require(SharedData.dicom)
    let a = try FrameReader(path: folder.appendingPathComponent(plain).path)
    let b = try FrameReader(path: folder.appendingPathComponent(compressed).path)
    #expect(a.frameCount > 1 && a.frameCount == b.frameCount)
    for index in 0..<a.frameCount {
      #expect(try a.frame(index).pixels == b.frame(index).pixels, "frame \(index)")
    }
  }

  /// Lossless files of two frames that were cut into fragments, with and without a table.
  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func fragmentedFilesAgree() throws {
    let folder = try #require(SharedData.dicom)
      .appendingPathComponent("dicomParser/encapsulated/multi-frame")
    let names = [
      "not_fragmented_bot_rle", "not_fragmented_no_bot_rle", "fragmented_no_bot_jpeg_ls.80",
      "not_fragmented_bot_jpeg_ls.80", "not_fragmented_no_bot_jpeg_ls.80",
      "fragmented_no_bot_jpeg_lossless.57", "fragmented_no_bot_jpeg_lossless.70",
    ]
    let frames = try names.map { name in
      let path = folder.appendingPathComponent("CT0012.\(name).dcm").path
      let reader = try FrameReader(path: path)
      return try (0..<reader.frameCount).map { try reader.frame($0).pixels }
    }
    #expect(frames[0].count == 2 && frames[0][0] != frames[0][1])
    for (name, found) in zip(names, frames) { #expect(found == frames[0], "\(name)") }
  }

  /// A codestream of 8 bits in a data set that allocates 16.
  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func narrowCodestreamsAreWidened() throws {
    let folder = try #require(SharedData.dicom)
    let path = folder.appendingPathComponent("transcoded/ctge_jpeg_baseline.dcm").path
    guard case .uint8(let expected) = try FrameReader(path: path).frame(0).pixels else {
      Issue.record("expected bytes")
      return
    }
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var file = PixelFile(rows: 512, columns: 512, syntax: "1.2.840.10008.1.2.4.50")
    file.stored = 8
    file.fragments = [Array(bytes[try MalformedCodecTests.data(bytes)])]
    let frame = try FrameReader(bytes: file.bytes, name: "wide.dcm").frame(0)
    #expect(frame.pixels == .uint16(expected.map { UInt16($0) }))
  }

  /// A header of one file must not be shown with the pixels of another.
  @Test func aFileThatChangedIsNotReadOn() throws {
    let path = NSTemporaryDirectory() + "radrelay-changed-\(UUID().uuidString).dcm"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = PixelFile(pixels: Array(1...12))
    try Data(file.bytes).write(to: URL(fileURLWithPath: path))
    let reader = try FrameReader(path: path)
    #expect(throws: Never.self) { try reader.frame(0) }
    try Data(file.bytes + [0, 0]).write(to: URL(fileURLWithPath: path))
    #expect { try reader.frame(0) } throws: { error in
      "\(error)".contains(path) && "\(error)".contains("was changed since its header was read")
    }
    try FileManager.default.removeItem(atPath: path)
    #expect { try reader.frame(0) } throws: { error in "\(error)".contains("cannot be read") }
  }

  /// Dimensions just within the limits with next to no data behind them.
  @Test(arguments: ["1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80"])
  func claimsWithoutDataCostNoMemoryHere(syntax: String) throws {
    let side = 16_384
    var file = PixelFile(rows: side, columns: side, syntax: syntax)
    switch syntax.suffix(2) {
    case "90": file.fragments = [Codestreams.jpeg2000(columns: side, rows: side)]
    case "70":
      file.fragments = [Codestreams.jpeg(marker: 0xC3, columns: side, rows: side, precision: 16)]
    default:
      file.fragments = [Codestreams.jpeg(marker: 0xF7, columns: side, rows: side, precision: 16)]
    }
    #expect { try FrameReader(bytes: file.bytes, name: "claim.dcm").frame(0) } throws: { error in
      if case FrameError.damaged("claim.dcm", 0, _) = error { true } else { false }
    }
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let resident = status.split(separator: "\n").first { $0.hasPrefix("RssAnon") }
      .flatMap { $0.split(separator: " ").dropFirst().first.flatMap { Int($0) } }
    #expect(try #require(resident) < 500_000, "kB of this process")
  }
}
