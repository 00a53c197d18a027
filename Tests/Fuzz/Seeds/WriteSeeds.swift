import Foundation

@testable import DICOM

/// Writes the files that the fuzzers begin with: made by the program's own writers and the makers of
/// the tests, and, when there are any, small ones of the real files.
///
///     seeds FOLDER [FOLDER-OF-REAL-FILES]
@main
struct WriteSeeds {
  let folder: URL

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 1 else { throw Usage() }
    let writer = WriteSeeds(folder: URL(fileURLWithPath: arguments[1]))
    try writer.dataSets()
    try writer.text()
    try writer.archives()
    try writer.directories()
    try writer.images()
    try writer.codestreams()
    if arguments.count > 2 { try RealSeeds(writer: writer).copy(from: arguments[2]) }
  }

  struct Usage: Error {}

  func write(_ target: String, _ name: String, _ bytes: [UInt8]) throws {
    let place = folder.appendingPathComponent(target)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try Data(bytes).write(to: place.appendingPathComponent(name))
  }

  private func dataSets() throws {
    for seed in 1...40 {
      var maker = DataSetMaker(seed: UInt64(seed))
      let set = maker.file()
      let file = try DICOMWriter.part10(set)
      if file.count < 2_048 { try write("DataSet", "made-\(seed)", file) }
    }
    var maker = DataSetMaker(seed: 41)
    let body = try DICOMWriter.encode(maker.file())
    try write("DataSet", "bare", body)
    var meta = DataSet()
    meta.set(.fileMetaGroupLength, .ul, ints: [0])
    meta.set(.transferSyntaxUID, .ui, TransferSyntax.deflated.uid)
    let head = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
    try write(
      "DataSet", "deflated", head + (try DICOMWriter.encode(meta)) + (Deflate.raw(body) ?? []))
  }

  private func text() throws {
    let texts: [[UInt8]] = [
      Array("Yamada^Tarou=".utf8) + [0x1B, 0x24, 0x42, 0x3B, 0x33, 0x45, 0x44, 0x1B, 0x28, 0x42]
        + Array("^".utf8) + [0x1B, 0x24, 0x42, 0x42, 0x40, 0x4F, 0x3A, 0x1B, 0x28, 0x42],
      [0xD4, 0xCF, 0xC0, 0xDE, 0x5E, 0x1B, 0x28, 0x4A, 0x41, 0x1B, 0x29, 0x49, 0xD4],
      [0x1B, 0x24, 0x28, 0x44, 0x30, 0x21, 0x1B, 0x28, 0x42, 0x5C, 0x41],
      Array("Hong^Gildong=".utf8) + [0x1B, 0x24, 0x29, 0x43, 0xFB, 0xF3, 0x5E, 0xD1, 0xCE],
      [0x1B, 0x24, 0x29, 0x41, 0xD5, 0xC5, 0x0D, 0x0A, 0x41],
      [0xE9, 0x1B, 0x2D, 0x4C, 0xBB, 0xEE, 0x1B, 0x2D, 0x46, 0xC4], Array("Müller^山田".utf8),
      [0xCD, 0xF5, 0x5E, 0xD0, 0xA1, 0xB6, 0xAB, 0x81, 0x30, 0x81, 0x30],
    ]
    for (index, text) in texts.enumerated() {
      for choice in 0..<32 {
        try write("CharacterSets", "\(index)-\(choice)", [UInt8(choice * 8 + index)] + text)
      }
    }
  }

  private func archives() throws {
    let file = try DICOMWriter.part10(Self.small())
    let plain = ZipMaker.Entry(name: "a/b.dcm", bytes: file)
    var stored = plain
    stored.isDeflated = false
    stored.name = "c.dcm"
    var wide = plain
    wide.isWide = true
    var described = plain
    described.hasDescriptor = true
    var outside = stored
    outside.name = "../out.dcm"
    var forged = plain
    forged.claimedSize = 1 << 30
    let folder = ZipMaker.Entry(name: "a/", bytes: [], isDeflated: false)
    for (index, entries) in [
      [plain, stored], [wide], [described, folder], [outside, stored], [forged], [],
    ].enumerated() {
      try write("Zip", "\(index)", ZipMaker(entries: entries).bytes)
      try write(
        "Zip", "\(index)-within",
        ZipMaker(entries: entries, prefix: [0x4D, 0x5A], comment: Array("PK".utf8)).bytes)
    }
  }

  private func directories() throws {
    let image = DirectoryMaker.Record.record("IMAGE", ["IMAGES", "A1"], [])
    let tree: [DirectoryMaker.Record] = [
      .record(
        "PATIENT", [],
        [.record("STUDY", [], [.record("SERIES", [], [image, image]), .record("SERIES", [], [])])]),
      .record("PATIENT", [], []), .record("IMAGE", ["OUT", "A1"], []),
      .record("IMAGE", ["..", "A1"], []),
    ]
    try write("Directory", "tree", try DirectoryMaker.bytes(tree))
    try write("Directory", "one", try DirectoryMaker.bytes([image]))
    try write("Directory", "none", try DirectoryMaker.bytes([]))
    // In circles.
    try write(
      "Directory", "circle",
      try DirectoryMaker.bytes(tree) { items in
        let offset = items.last?.int(Tag(0x0004, 0x1400)) ?? 0
        items[0].set(Tag(0x0004, 0x1420), .ul, ints: [offset])
        items[1].set(Tag(0x0004, 0x1400), .ul, ints: [offset])
      })
  }

  /// A secondary capture image of six pixels.
  static func small() -> DataSet {
    var set = DataSet()
    set.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.7")
    set.set(.sopInstanceUID, .ui, "1.2.3.4")
    set.set(.studyInstanceUID, .ui, "1.2.3")
    set.set(.seriesInstanceUID, .ui, "1.2.3.1")
    set.set(.patientName, .pn, "Demo^Anna")
    set.set(.rows, ints: [2])
    set.set(.columns, ints: [3])
    set.set(.bitsAllocated, ints: [8])
    set.set(.pixelData, .ob, bytes: [0, 1, 2, 3, 4, 5])
    return set
  }
}
