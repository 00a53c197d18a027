import DICOM
import Foundation
import TestSupport
import Testing

/// What is written is what was read: byte for byte where the encoding is the same, element for
/// element where it changes.
@Suite struct RoundTripTests {
  @Test func generatedDataSetsComeBackByteForByte() throws {
    for seed in 0..<400 {
      var maker = DataSetMaker(seed: UInt64(seed))
      let made = maker.file()
      let first = try DICOMWriter.part10(made)
      let read = try DICOMFile.read(bytes: first)
      #expect(read.problem == nil, "seed \(seed)")
      #expect(try DICOMWriter.bytes(read) == first, "seed \(seed)")
      #expect(read.dataSet.elementCount == made.elementCount, "seed \(seed)")
    }
  }

  @Test(arguments: [WriteOptions.Lengths.defined, .undefined])
  func otherLengthsKeepEveryElement(lengths: WriteOptions.Lengths) throws {
    var options = WriteOptions()
    options.lengths = lengths
    for seed in 400..<600 {
      var maker = DataSetMaker(seed: UInt64(seed))
      let first = try DICOMFile.read(bytes: try DICOMWriter.part10(maker.file()))
      let other = try DICOMWriter.bytes(first, options: options)
      let read = try DICOMFile.read(bytes: other)
      #expect(read.problem == nil, "seed \(seed)")
      #expect(Self.flat(read.dataSet) == Self.flat(first.dataSet), "seed \(seed)")
      // Back to the first bytes is not possible, but to the same lengths.
      #expect(try DICOMWriter.bytes(read) == other, "seed \(seed)")
    }
  }

  @Test func textConvertedToUTF8SaysTheSame() throws {
    var options = WriteOptions()
    options.text = .utf8
    var compared = 0
    for seed in 600..<800 {
      var maker = DataSetMaker(seed: UInt64(seed))
      let first = try DICOMFile.read(bytes: try DICOMWriter.part10(maker.file()))
      let read = try DICOMFile.read(bytes: try DICOMWriter.bytes(first, options: options))
      #expect(read.dataSet.string(.specificCharacterSet) == "ISO_IR 192")
      for element in first.dataSet.elements where element.vr.isText {
        if element.tag == .specificCharacterSet { continue }
        #expect(
          read.dataSet.strings(element.tag) == first.dataSet.strings(element.tag),
          "seed \(seed) \(element.tag)")
        compared += 1
      }
    }
    #expect(compared > 200)
  }

  /// Files that do not come back byte for byte, and why.
  static let different: [String: String] = [
    "pydicom-data/693_J2KR.dcm": "wrong group lengths are corrected",
    "pydicom-data/693_UNCI.dcm": "wrong group lengths are corrected",
    "pydicom-data/693_UNCR.dcm": "wrong group lengths are corrected",
    "pydicom/test_files/693_J2KI.dcm": "wrong group lengths are corrected",
    "pydicom/charset_files/chrJapMulti.dcm": "wrong group lengths are corrected",
    "pydicom/charset_files/chrKoreanMulti.dcm": "wrong group lengths are corrected",
    "pydicom/palettes/winter.dcm": "one tag stands twice: the last stays",
    "pydicom/test_files/SC_rgb_jpeg.dcm": "declared explicit, written in implicit VR",
  ]

  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func filesOfTheCorpusComeBack() throws {
    let folder = try #require(SharedData.dicom)
    var identical = 0
    var rewritten = 0
    var others: [String] = []
    for row in try TruthTests.rows() where !row.isMalformed {
      let path = folder.appendingPathComponent(row.path).path
      guard let file = try? DICOMFile.read(path: path), file.problem == nil else { continue }
      let original = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      guard let bytes = try? DICOMWriter.bytes(file) else {
        #expect(!file.isPart10, "\(row.path)")
        continue
      }
      if bytes == original {
        identical += 1
      } else {
        if file.isPart10, file.transferSyntax.isPlainLittle { others.append(row.path) }
        rewritten += 1
      }
      let again = try DICOMFile.read(bytes: bytes, name: row.path)
      #expect(again.problem == nil, "\(row.path)")
      #expect(Self.flat(again.dataSet) == Self.flat(file.dataSet), "\(row.path)")
    }
    print("round trip: \(identical) identical, \(rewritten) rewritten")
    #expect(Set(others) == Set(Self.different.keys), "\(others)")
    #expect(identical > 200)
  }

  @Test func largeValuesGoThroughTheDiskUnread() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rt-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var set = WriterTests.sample()
    set.set(.pixelData, .ow, bytes: (0..<3_000_001 * 2).map { UInt8(truncatingIfNeeded: $0 >> 3) })
    let first = try DICOMWriter.part10(set)
    let source = folder.appendingPathComponent("a").path
    try Data(first).write(to: URL(fileURLWithPath: source))
    let file = try DICOMFile.read(path: source)
    #expect(file.dataSet[.pixelData]?.bytes == nil)
    let target = folder.appendingPathComponent("b").path
    try DICOMWriter.write(file, to: target)
    #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: target))) == first)
    // Only the two files: nothing temporary is left.
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a", "b"])
    // In place, changed.
    var changed = file
    changed.dataSet.set(.patientName, .pn, "Renamed^Person")
    try DICOMWriter.write(changed, to: source)
    let read = try DICOMFile.read(path: source)
    #expect(read.dataSet.string(.patientName) == "Renamed^Person")
    let pixels = try #require(read.dataSet[.pixelData])
    #expect(try read.bytes(of: pixels, limit: 1 << 24).count == 3_000_001 * 2)
    // The file that `file` was read from is another one now.
    #expect(throws: DICOMError.self) { try DICOMWriter.bytes(file) }
  }

  @Test func damagedAndHalfReadFilesAreNotWritten() throws {
    let bytes = try DICOMWriter.part10(WriterTests.sample())
    let cut = try DICOMFile.read(bytes: Array(bytes.dropLast(2)))
    #expect(throws: DICOMError.self) { try DICOMWriter.bytes(cut) }
    let half = try DICOMFile.read(bytes: bytes, options: .header)
    #expect(throws: DICOMError.self) { try DICOMWriter.bytes(half) }
  }

  @Test func fileMetaFollowsTheDataSet() throws {
    let first = try DICOMFile.read(bytes: try DICOMWriter.part10(WriterTests.sample()))
    var changed = first
    changed.dataSet.set(.sopInstanceUID, .ui, "1.2.3.4")
    let read = try DICOMFile.read(bytes: try DICOMWriter.bytes(changed))
    #expect(read.meta.string(.mediaStorageSOPInstanceUID) == "1.2.3.4")
    #expect(read.problem == nil)
    var options = WriteOptions()
    options.keepsFileMeta = false
    changed.meta.set(.implementationVersionName, .sh, "OTHER")
    let kept = try DICOMFile.read(bytes: try DICOMWriter.bytes(changed))
    #expect(kept.meta.string(.implementationVersionName) == "OTHER")
    let made = try DICOMFile.read(bytes: try DICOMWriter.bytes(changed, options: options))
    #expect(made.meta.string(.implementationVersionName) == DICOMWriter.implementationVersionName)
  }

  /// Every element at every level: path, representation and bytes.
  static func flat(_ set: DataSet, _ path: String = "") -> [String] {
    set.elements.flatMap { element -> [String] in
      let place = "\(path)/\(element.tag)"
      // Group lengths are computed anew; UN is written for what has no type.
      if element.tag.element == 0 { return [] }
      switch element.value {
      case .items(let items):
        return ["\(place) SQ \(items.count)"] + items.flatMap { flat($0, place) }
      case .bytes(let bytes):
        // Odd values are padded, by a byte that depends on the type.
        let end = bytes.lastIndex { $0 != 0 && $0 != 0x20 } ?? -1
        return ["\(place) \(bytes[...end].hashValue)"]
      case .fragments(let pixels):
        return ["\(place) \(pixels.fragments.map(\.length))"]
      case .located: return ["\(place) \(element.location.map { ($0.length + 1) / 2 } ?? -1)"]
      }
    }
  }
}

extension TransferSyntax {
  /// True when a data set of this syntax is not encoded anew when it is written.
  fileprivate var isPlainLittle: Bool { isExplicit && !isBigEndian && !isDeflated }
}
