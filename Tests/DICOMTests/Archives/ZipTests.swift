import DICOM
import Foundation
import Testing

@Suite struct ZipTests {
  static let text = Array(String(repeating: "some text that shrinks. ", count: 4_000).utf8)

  static func entry(_ name: String = "a", deflated: Bool = true) -> ZipMaker.Entry {
    ZipMaker.Entry(name: name, bytes: text, isDeflated: deflated)
  }

  @Test func storedDeflatedWideAndDescribedEntriesAreRead() throws {
    var described = Self.entry("described")
    described.hasDescriptor = true
    var wide = Self.entry("wide")
    wide.isWide = true
    for prefix in [[], [UInt8](repeating: 0x4D, count: 300)] {
      for comment in [[], Array("PK\u{5}\u{6} a comment".utf8)] {
        for last in [described, wide] {
          let maker = ZipMaker(
            entries: [
              Self.entry("bilder/süß.dcm"), Self.entry("stored", deflated: false), last,
              ZipMaker.Entry(name: "empty", bytes: [], isDeflated: false),
              ZipMaker.Entry(name: "folder/", bytes: [], isDeflated: false),
            ], prefix: prefix, comment: comment)
          let archive = try ZipArchive(bytes: maker.bytes)
          #expect(
            archive.entries.map(\.name)
              == ["bilder/süß.dcm", "stored", last.name, "empty", "folder/"])
          #expect(archive.entries.allSatisfy { $0.objection == nil })
          for entry in archive.entries.prefix(3) {
            #expect(try archive.read(entry, limit: 1 << 20) == Self.text)
          }
          #expect(try archive.read(archive.entries[3], limit: 0).isEmpty)
          #expect(archive.entries.map(\.isFolder) == [false, false, false, false, true])
        }
      }
    }
  }

  @Test func realArchivesOfTheSystemsToolAreRead() throws {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/python3") else { return }
    let folder = try TestFolder()
    try folder.write("one.dcm", Self.text)
    let script = """
      import zipfile,sys
      with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:
        z.write(sys.argv[2], "in/one.dcm")
        with z.open(zipfile.ZipInfo("streamed"), "w", force_zip64=True) as f: f.write(b"x" * 100000)
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-c", script, folder.path + "/a.zip", folder.path + "/one.dcm"]
    try process.run()
    process.waitUntilExit()
    let archive = try ZipArchive(path: folder.path + "/a.zip")
    #expect(archive.entries.map(\.name) == ["in/one.dcm", "streamed"])
    #expect(try archive.read(archive.entries[0], limit: 1 << 20) == Self.text)
    #expect(try archive.read(archive.entries[1], limit: 1 << 20).count == 100_000)
  }

  @Test(arguments: [
    "../evil", "/etc/passwd", "a/../../b", "..\\evil", "C:/windows", "\\\\host\\share", "a/..",
    "zero\u{0}byte", "",
  ])
  func namesThatLeadOutAreRefused(name: String) throws {
    let archive = try ZipArchive(bytes: ZipMaker(entries: [Self.entry(name)]).bytes)
    #expect(archive.entries.first?.objection != nil)
    #expect(throws: DICOMError.self) { try archive.read(archive.entries[0], limit: 1 << 20) }
  }

  @Test func lyingEntriesAreRefused() throws {
    var small = Self.entry()
    small.claimedSize = 10
    var large = Self.entry()
    large.claimedSize = Self.text.count + 1
    var huge = Self.entry()
    huge.claimedSize = 4_000_000_000
    var stored = Self.entry(deflated: false)
    stored.claimedSize = 7
    var checksum = Self.entry()
    checksum.claimedChecksum = 1
    var renamed = Self.entry()
    renamed.localName = "b"
    var encrypted = Self.entry()
    encrypted.flags = 1
    var method = Self.entry()
    method.method = 12
    var link = Self.entry()
    link.mode = 0o120777
    for entry in [small, large, huge, stored, checksum, renamed, encrypted, method, link] {
      let archive = try ZipArchive(bytes: ZipMaker(entries: [entry]).bytes)
      #expect(throws: DICOMError.self, "\(entry)") {
        try archive.read(archive.entries[0], limit: 5_000_000_000)
      }
      // Not a byte more than claimed is given out, whatever the data holds.
      var given = 0
      #expect(throws: DICOMError.self) {
        try archive.stream(archive.entries[0]) { part in
          given += part.count
          return true
        }
      }
      #expect(given <= archive.entries[0].size)
    }
  }

  @Test func bombsAreRefused() throws {
    let megabytes = try #require(Deflate.zeros(megabytes: 300))
    // 300 MiB in 300 kB, said truthfully: the limit of the reader holds.
    var bomb = ZipMaker.Entry(name: "bomb", bytes: megabytes, isDeflated: false)
    bomb.method = 8
    bomb.claimedSize = 300 << 20
    var limits = ZipLimits()
    limits.maximumEntryBytes = 64 << 20
    let archive = try ZipArchive(bytes: ZipMaker(entries: [bomb]).bytes, limits: limits)
    #expect(archive.entries[0].objection?.contains("at most") == true)
    // All together.
    limits.maximumEntryBytes = 1 << 30
    limits.maximumTotalBytes = 512 << 20
    #expect(throws: DICOMError.self) {
      try ZipArchive(bytes: ZipMaker(entries: [bomb, bomb]).bytes, limits: limits)
    }
    // Said to be small.
    bomb.claimedSize = 1_000
    let lying = try ZipArchive(bytes: ZipMaker(entries: [bomb]).bytes)
    #expect(throws: DICOMError.self) { try lying.read(lying.entries[0], limit: 1 << 20) }
  }

  @Test func entriesThatShareBytesAreRefused() {
    var second = Self.entry("b")
    second.offset = 0
    #expect(throws: DICOMError.self) {
      try ZipArchive(bytes: ZipMaker(entries: [Self.entry("a"), second]).bytes)
    }
  }

  @Test func claimsOfTheDirectoryAreChecked() throws {
    var maker = ZipMaker(entries: [Self.entry()])
    maker.claimedEntries = 40_000
    #expect(throws: DICOMError.self) { try ZipArchive(bytes: maker.bytes) }
    var limits = ZipLimits()
    limits.maximumEntries = 1
    #expect(throws: DICOMError.self) {
      try ZipArchive(
        bytes: ZipMaker(entries: [Self.entry("a"), Self.entry("b")]).bytes, limits: limits)
    }
    // Cut anywhere: an error, never a trap, never data.
    let whole = ZipMaker(entries: [Self.entry("a"), Self.entry("b")]).bytes
    for length in stride(from: 0, to: whole.count - 1, by: 7) {
      #expect(throws: DICOMError.self) { try ZipArchive(bytes: Array(whole.prefix(length))) }
    }
  }

  @Test func readingStopsWhenNoMoreIsWanted() throws {
    let archive = try ZipArchive(
      bytes: ZipMaker(entries: [Self.entry(), Self.entry("b", deflated: false)]).bytes)
    for entry in archive.entries {
      var parts = 0
      try archive.stream(entry) { _ in
        parts += 1
        return false
      }
      #expect(parts == 1)
    }
  }
}
