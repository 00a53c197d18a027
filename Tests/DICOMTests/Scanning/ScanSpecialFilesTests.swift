import CZlib
import DICOM
import Foundation
import Testing

/// What folders hold besides ordinary files.
@Suite struct ScanSpecialFilesTests {
  static func scan(_ roots: [String], _ change: (inout ScanOptions) -> Void = { _ in }) async -> (
    instances: [ScannedInstance], skipped: [String: String], counts: ScanCounts
  ) {
    var options = ScanOptions()
    change(&options)
    var instances: [ScannedInstance] = []
    var skipped: [String: String] = [:]
    var last = ScanEvent()
    for await event in Scanner.scan(roots: roots, options: options) {
      instances += event.instances
      for skip in event.skipped { skipped[skip.path] = skip.reason }
      last = event
    }
    #expect(last.isFinished && last.elapsed > .zero)
    return (instances.sorted { $0.sopInstanceUID < $1.sopInstanceUID }, skipped, last.counts)
  }

  static func file(_ number: Int, study: String = "1.2.3") throws -> [UInt8] {
    try DICOMWriter.part10(ScannerTests.instance(study: study, number: number))
  }

  @Test(.timeLimit(.minutes(15)))
  func pipesDevicesAndLoopsDoNotHoldUpAScan() async throws {
    let folder = try TestFolder()
    try folder.write("a/one", try Self.file(1))
    #expect(mkfifo(folder.path + "/a/pipe", 0o600) == 0)
    try folder.link("a/device", to: "/dev/zero")
    try folder.link("a/self", to: "self")
    try folder.link("a/up", to: "..")
    try folder.link("b", to: "a")
    let found = await Self.scan([folder.path, "/dev/null", folder.path + "/a/pipe"])
    #expect(found.instances.count == 1 && found.counts.folders == 2)
    #expect(found.skipped[folder.path + "/a/pipe"] == "it is no file and no folder")
    #expect(found.skipped[folder.path + "/a/device"] == "it is no file and no folder")
    #expect(found.skipped["/dev/null"] == "it is no file and no folder")
    #expect(found.skipped[folder.path + "/a/self"] == "the link leads nowhere")
  }

  /// setfsuid(2) of this thread and of those that it starts; the Glibc module lacks it.
  static func setFileUser(_ user: UInt32) {
    typealias Function = @convention(c) (UInt32) -> Int32
    guard let symbol = dlsym(nil, "setfsuid") else { return }
    _ = unsafeBitCast(symbol, to: Function.self)(user)
  }

  @Test(.timeLimit(.minutes(15)))
  func unreadableFoldersAreNamedAndTheRestIsRead() async throws {
    let folder = try TestFolder()
    try folder.write("open/one", try Self.file(1))
    try folder.write("closed/two", try Self.file(2))
    try folder.write("open/locked", try Self.file(3))
    chmod(folder.path + "/closed", 0)
    chmod(folder.path + "/open/locked", 0)
    chmod(folder.path, 0o755)
    defer { chmod(folder.path + "/closed", 0o755) }
    // The superuser may read everything: the threads of the scan inherit who this thread is.
    let path = folder.path
    let found = await withCheckedContinuation {
      (continuation: CheckedContinuation<ScanEvents, Never>) in
      let thread = Thread {
        if geteuid() == 0 { Self.setFileUser(65_534) }
        let events = Scanner.scan(roots: [path])
        if geteuid() == 0 { Self.setFileUser(0) }
        continuation.resume(returning: events)
      }
      thread.start()
    }
    var instances: [String] = []
    var skipped: [String: String] = [:]
    for await event in found {
      instances += event.instances.map(\.sopInstanceUID)
      for skip in event.skipped { skipped[skip.path] = skip.reason }
    }
    #expect(instances == ["1.2.3.9.1"])
    #expect(skipped[path + "/closed"]?.contains("Permission denied") == true)
    #expect(skipped[path + "/open/locked"]?.contains("Permission denied") == true)
  }

  @Test(.timeLimit(.minutes(15)))
  func duplicatesAreComparedByteByByte() async throws {
    let folder = try TestFolder()
    let one = try Self.file(1)
    try folder.write("a/one", one)
    try folder.write("b/same", one)
    var other = one
    other[other.count - 1] ^= 1
    try folder.write("c/other", other)
    try folder.write(
      "d/shorter",
      try DICOMWriter.part10(
        {
          var set = ScannerTests.instance(study: "1.2.3", number: 1)
          set.set(.patientComments, .lt, "longer")
          return set
        }()))
    // One thread, so that the first file is the first in order.
    let found = await Self.scan([folder.path]) { $0.workers = 1 }
    let byName = Dictionary(
      found.instances.map { (($0.path as NSString).lastPathComponent, $0.duplicate) },
      uniquingKeysWith: { first, _ in first })
    #expect(found.instances.count == 4)
    #expect(byName["one"] == .some(nil))
    #expect(byName["same"]??.isIdentical == true)
    #expect(byName["other"]??.isIdentical == false && byName["shorter"]??.isIdentical == false)
    #expect(byName["same"]??.path == folder.path + "/a/one")
  }

  @Test(.timeLimit(.minutes(15)))
  func archivesAreLookedInto() async throws {
    let folder = try TestFolder()
    var dicom = ZipMaker.Entry(name: "st/1.dcm", bytes: try Self.file(1))
    dicom.hasDescriptor = true
    let stored = ZipMaker.Entry(name: "st/2", bytes: try Self.file(2), isDeflated: false)
    var evil = ZipMaker.Entry(name: "../3", bytes: try Self.file(3))
    var forged = ZipMaker.Entry(name: "4", bytes: try Self.file(4))
    forged.claimedSize = 100
    let text = ZipMaker.Entry(name: "readme.txt", bytes: Array("hello, reader".utf8))
    evil.isDeflated = false
    let cut = ZipMaker.Entry(name: "5", bytes: Array(try Self.file(5).dropLast(50)))
    let zip = try folder.write(
      "study.zip", ZipMaker(entries: [dicom, stored, evil, forged, text, cut]).bytes)
    let found = await Self.scan([folder.path])
    #expect(found.instances.map(\.sopInstanceUID) == ["1.2.3.9.1", "1.2.3.9.2"])
    #expect(found.instances.map(\.archiveEntry) == ["st/1.dcm", "st/2"])
    #expect(found.instances.allSatisfy { $0.path == zip })
    #expect(found.counts.archives == 1 && found.counts.otherFiles == 1)
    #expect(found.counts.files == 7 && found.counts.skipped == 3)
    #expect(found.skipped[zip + "!../3"]?.contains("leads out") == true)
    #expect(found.skipped[zip + "!4"]?.contains("forged") == true)
    #expect(found.skipped[zip + "!5"]?.contains("truncated") == true)
    let named = await Self.scan([folder.path]) { $0.archives = .skip }
    #expect(named.instances.isEmpty && named.skipped[zip] == "a ZIP archive: unpack it first")
    #expect(named.counts.files == 1)
  }

  @Test(.timeLimit(.minutes(15)))
  func archivesAreUnpackedUnderNumbers() async throws {
    let folder = try TestFolder()
    let entries = try (1...3).map {
      ZipMaker.Entry(name: "DOE^JANE/IM\($0)", bytes: try Self.file($0))
    }
    try folder.write("in/study.zip", ZipMaker(entries: entries).bytes)
    let target = folder.path + "/staged"
    let found = await Self.scan([folder.path + "/in"]) { $0.archives = .unpack(into: target) }
    #expect(found.instances.count == 3)
    for (number, instance) in found.instances.enumerated() {
      #expect(instance.archiveEntry == nil && instance.path.hasPrefix(target + "/zip-"))
      #expect(!instance.path.contains("DOE"))
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: instance.path)))
      #expect(bytes == entries[number].bytes)
      #expect(try ScannedInstance.read(path: instance.path).inode == instance.inode)
    }
    // A second scan gives the same files, untouched: they may be on their way already.
    let again = await Self.scan([folder.path + "/in"]) { $0.archives = .unpack(into: target) }
    #expect(again.instances.map(\.inode) == found.instances.map(\.inode))
    #expect(again.instances.map(\.modifiedAt) == found.instances.map(\.modifiedAt))
  }

  @Test(.timeLimit(.minutes(15)))
  func aDamagedArchiveIsNamed() async throws {
    let folder = try TestFolder()
    let whole = ZipMaker(entries: [ZipMaker.Entry(name: "1", bytes: try Self.file(1))]).bytes
    let path = try folder.write("cut.zip", Array(whole.dropLast(30)))
    let found = await Self.scan([folder.path])
    #expect(found.instances.isEmpty && found.skipped[path]?.contains("directory") == true)
  }

  @Test(.timeLimit(.minutes(15)))
  func anIndexOfAMediumLeadsToItsFiles() async throws {
    let folder = try TestFolder()
    try folder.write("cd/images/im1", try Self.file(1))
    try folder.write("cd/images/im2", try Self.file(2))
    try folder.write("cd/images/other", try Self.file(3))
    let index = try folder.write(
      "cd/DICOMDIR",
      try DirectoryMaker.bytes([
        .record("IMAGE", ["IMAGES", "IM1"], []), .record("IMAGE", ["IMAGES", "IM2"], []),
        .record("IMAGE", ["IMAGES", "IM9"], []),
      ]))
    // The index itself: the files that it names.
    let named = await Self.scan([index])
    #expect(named.instances.map(\.sopInstanceUID) == ["1.2.3.9.1", "1.2.3.9.2"])
    #expect(named.skipped[folder.path + "/cd/IMAGES/IM9"] == "named in the DICOMDIR, and not there")
    // The folder: all files, and what the index misses.
    let whole = await Self.scan([folder.path])
    #expect(whole.instances.count == 3 && whole.counts.otherFiles == 1)
    #expect(whole.skipped.count == 1)
  }

  @Test(.timeLimit(.minutes(15)))
  func namesThatAreNoTextAndVeryDeepFoldersAreRead() async throws {
    let folder = try TestFolder()
    var deep = folder.path
    for _ in 0..<60 {
      deep += "/a-folder-with-a-name"
      mkdir(deep, 0o755)
    }
    try Data(try Self.file(1)).write(to: URL(fileURLWithPath: deep + "/one"))
    // A name of bytes that are no UTF-8.
    let bytes: [CChar] = Array(folder.path.utf8CString.dropLast()) + [0x2F, -1, -2, 0]
    let descriptor = bytes.withUnsafeBufferPointer {
      open($0.baseAddress!, O_CREAT | O_WRONLY, 0o644)
    }
    #expect(descriptor >= 0)
    close(descriptor)
    let found = await Self.scan([folder.path])
    #expect(found.instances.count == 1 && found.counts.folders == 61)
    #expect(found.skipped.values.contains("its name is not valid UTF-8: rename it"))
  }
}
