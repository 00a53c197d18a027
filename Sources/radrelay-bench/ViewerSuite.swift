import ArgumentParser
import DICOM
import Domain
import Foundation
import Store

/// `radrelay-bench viewer`: the viewer of the built program in a pseudo-terminal.
struct ViewerSuite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "viewer",
    abstract: "First image of a CT, next slice, window, cine, in character cells.",
    discussion: """
      A CT of slices of 512 x 512 pixels at 16 bits is made and queued (paused) in a fresh store. \
      First image: from the key v in the queue to the row below the picture, which is written after \
      it. Next slice and window: from the key to the last byte before 15 ms of silence. Cine: \
      bursts of output in some seconds at 60 images a second, the program bound to one processor.
      """)

  @Option(help: "Slices of the CT.") var slices = 500
  @Option(help: "Times that the study is opened.") var openings = 10
  @Option(help: "Keys of each kind.") var keys = 100
  @Option(help: "Seconds of cine.") var seconds = 5.0

  func run() async throws {
    let folder = NSTemporaryDirectory() + "radrelay-bench-viewer-\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let files = try SyntheticCT(slices: slices).write(to: folder + "/ct")
    let home = folder + "/home"
    try await queue(files, home)
    var first: [Double] = []
    for _ in 0..<max(1, openings) {
      let program = try start(home, columns: 200, rows: 60)
      if let time = program.press("v", until: "1 cell") { first.append(time) }
      program.quit()
    }
    let program = try start(home, columns: 200, rows: 60)
    guard program.press("v", until: "1 cell") != nil, !first.isEmpty else {
      throw BenchError("the images were not shown within ten seconds")
    }
    program.readUntilQuiet(1.5)
    let next = strokes(program, ["j"])
    let window = strokes(program, ["w", "w", "W", "W"])
    let jump = strokes(program, ["G", "g"])
    let memory = program.child.residentMegabytes
    program.quit()
    let cine = try cine(home)
    print(first, next, window, jump, cine, memory)
  }

  private func strokes(_ program: TerminalProgram, _ names: [String]) -> [Stroke] {
    (0..<keys).compactMap { program.press(names[$0 % names.count]) }
  }

  /// Images a second and processor seconds a second, on one processor.
  private func cine(_ home: String) throws -> (images: Double, cpu: Double, bytes: Double) {
    let program = try start(home, columns: 80, rows: 40, isPinned: true)
    guard program.press("v", until: "1 cell") != nil else {
      throw BenchError("the images were not shown within ten seconds")
    }
    program.readUntilQuiet(1.5)
    for _ in 0..<12 { _ = program.press(">") }
    _ = program.press("c")
    // Once through the stack: the cine itself must not wait for the disk.
    _ = program.bursts(seconds: Double(slices) / 60 + 1)
    let before = program.child.cpuSeconds
    let result = program.bursts(seconds: seconds)
    let cpu = program.child.cpuSeconds - before
    program.quit()
    return (
      Double(result.count) / seconds, cpu / seconds,
      Double(result.bytes) / Double(max(1, result.count))
    )
  }

  private func start(
    _ home: String, columns: Int, rows: Int, isPinned: Bool = false
  ) throws -> TerminalProgram {
    let path = try Machine.sibling("radrelay")
    let program = try TerminalProgram(
      isPinned ? "/usr/bin/taskset" : path, isPinned ? ["-c", "0", path] : [], home: home,
      rows: rows, columns: columns)
    _ = program.readStart()
    program.readUntilQuiet(0.5)
    return program
  }

  private func queue(_ files: [DraftFile], _ home: String) async throws {
    let store = try Store(home: Home(folder: home))
    let now = Date()
    let account = SyntheticRows(now: now, uploads: 1).account
    try await store.save(account)
    let study = StudySummary(
      studyInstanceUID: SyntheticCT.study, patientName: "BENCH^Anna", patientID: "B-1",
      studyDate: "20260101", studyDescription: "CT chest", modality: "CT", seriesCount: 1,
      instanceCount: files.count)
    let ids = try await store.enqueue(
      [StudyDraft(study: study, serviceLevel: .routine, clinicalHistory: "", files: files)],
      owner: account.owner, now: now)
    // Sending would take the disk and the processors that are measured.
    for id in ids { try await store.command(.pause, id, at: now) }
    try store.close()
  }

  private func print(
    _ first: [Double], _ next: [Stroke], _ window: [Stroke], _ jump: [Stroke],
    _ cine: (images: Double, cpu: Double, bytes: Double), _ memory: Double
  ) {
    func row(_ name: String, _ values: [Double]) -> [String] {
      let sorted = values.sorted()
      func at(_ share: Double) -> String {
        guard !sorted.isEmpty else { return "–" }
        return String(
          format: "%.1f", sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))])
      }
      return [name, at(0.5), at(0.99), at(1)]
    }
    func mean(_ strokes: [Stroke]) -> String {
      String(strokes.reduce(0) { $0 + $1.bytes } / max(1, strokes.count))
    }
    Table.print(
      ["viewer, CT of \(slices) x 512 x 512", "median", "p99", "most"],
      [
        row("key to first image, ms (\(first.count) openings, 200x60)", first),
        row("next slice, ms to last byte (200x60)", next.map(\.last)),
        row("window change, ms to last byte (200x60)", window.map(\.last)),
        row("first and last slice in turn, ms (200x60)", jump.map(\.last)),
        ["bytes: next slice, window change", mean(next), mean(window), ""],
        [
          "cine at 60/s, one processor (80x40): images/s", String(format: "%.1f", cine.images), "",
          "",
        ],
        ["cine: processor, %", String(format: "%.0f", cine.cpu * 100), "", ""],
        ["cine: bytes an image", String(format: "%.0f", cine.bytes), "", ""],
        ["resident, MB", String(format: "%.0f", memory), "", ""],
      ])
  }
}

/// A CT that no patient had: a disc with noise, another in every slice.
struct SyntheticCT {
  static let study = "2.25.1234567890.1"
  let slices: Int

  func write(to folder: String) throws -> [DraftFile] {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let noise = (0..<4_096).map { index in
      Int16(truncatingIfNeeded: (index &* 2_654_435_761) >> 7 & 63) - 32
    }
    return try (0..<slices).map { number in
      let path = folder + "/IM\(number)"
      let bytes = try DICOMWriter.part10(dataSet(number, noise))
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      return DraftFile(try ScannedInstance.read(path: path))
    }
  }

  private func dataSet(_ number: Int, _ noise: [Int16]) -> DataSet {
    var set = DataSet()
    set.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.2")
    set.set(.sopInstanceUID, .ui, "\(Self.study).1.\(number + 1)")
    set.set(.studyInstanceUID, .ui, Self.study)
    set.set(.seriesInstanceUID, .ui, "\(Self.study).1")
    set.set(.modality, .cs, "CT")
    set.set(.patientName, .pn, "BENCH^Anna")
    set.set(.patientID, .lo, "B-1")
    set.set(.studyDate, .da, "20260101")
    set.set(.seriesNumber, .is, ints: [1])
    set.set(.instanceNumber, .is, ints: [number + 1])
    set.set(.imagePositionPatient, .ds, doubles: [-180, -180, Double(number)])
    set.set(.imageOrientationPatient, .ds, doubles: [1, 0, 0, 0, 1, 0])
    set.set(.pixelSpacing, .ds, doubles: [0.7, 0.7])
    set.set(.samplesPerPixel, .us, ints: [1])
    set.set(.photometricInterpretation, .cs, "MONOCHROME2")
    set.set(.rows, .us, ints: [512])
    set.set(.columns, .us, ints: [512])
    set.set(.bitsAllocated, .us, ints: [16])
    set.set(.bitsStored, .us, ints: [12])
    set.set(.highBit, .us, ints: [11])
    set.set(.pixelRepresentation, .us, ints: [0])
    set.set(.windowCenter, .ds, doubles: [40])
    set.set(.windowWidth, .ds, doubles: [400])
    set.set(.rescaleIntercept, .ds, doubles: [-1024])
    set.set(.rescaleSlope, .ds, doubles: [1])
    set.set(.pixelData, .ow, bytes: pixels(number, noise))
    return set
  }

  private func pixels(_ number: Int, _ noise: [Int16]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 512 * 512 * 2)
    let shift = number * 37
    for y in 0..<512 {
      for x in 0..<512 {
        let dx = x - 256
        let dy = y - 256
        let isBody = dx * dx / 4 + dy * dy < 30_000
        let wave = isBody ? 1_060 + ((x + number) / 16 + y / 16) % 7 * 30 : 24
        let value = max(0, wave + Int(noise[(y * 512 + x + shift) & 4_095]))
        bytes[2 * (y * 512 + x)] = UInt8(truncatingIfNeeded: value)
        bytes[2 * (y * 512 + x) + 1] = UInt8(truncatingIfNeeded: value >> 8)
      }
    }
    return bytes
  }
}
