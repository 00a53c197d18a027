import ArgumentParser
import DICOM
import Foundation

/// `radrelay-bench scan`: the scanner beside a floor (a walk that opens every file and reads its
/// first 4 KiB) and beside other programs that read the tags of a study list, all in one run.
struct ScanSuite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Scanning, beside a walk that only reads 4 KiB of each file, GDCM, DCMTK, pydicom.",
    discussion: """
      The other programs are compiled from RADRELAY_SHARED/tools/peers when a compiler and
      libgdcm-dev or libdcmtk-dev are there; what was left out is said. Without a folder, small
      and CT-sized files are made.
      """)

  @Option(help: "Small files (about 10 kB) to make.") var files = 20_000
  @Option(help: "CT-sized files (about 530 kB) to make.") var images = 4_000
  @Option(help: "Repetitions; the best of each counts, because machines are shared.")
  var runs = 5
  @Option(help: "A Python that has pydicom.") var python = "python3"
  @Flag(help: "Also group the instances, and say how much memory that took at most.")
  var grouped = false
  @Argument(help: "Scan these folders instead of made files.", completion: .directory)
  var folders: [String] = []

  func run() async throws {
    let made = folders.isEmpty
    let root = NSTemporaryDirectory() + "radrelay-bench-scan-\(getpid())"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: root) }
    var places = folders
    if made {
      places = [root + "/small", root + "/ct"]
      try ScanData.makeSmall(files, in: places[0])
      try ScanData.makeImages(images, in: places[1])
    }
    let peers = ScanPeers.build(in: root, python: python)
    for skipped in peers.skipped { print("left out: \(skipped)") }
    for place in places { try await measure(place, peers.found) }
  }

  private func measure(_ folder: String, _ peers: [ScanPeers.Peer]) async throws {
    var own = Measure.worst
    var count = 0
    var best = [String: Measure]()
    // One after another in every round, so that a busy machine is busy for all of them.
    for round in 0...max(1, runs) {
      let start = Measure.now()
      for await event in Scanner.scan(roots: [folder]) where event.isFinished {
        count = event.counts.files
      }
      // The first round only warms the cache of files.
      if round > 0 { own = min(own, Measure.since(start)) }
      for peer in peers where round > 0 && (round == 1 || peer.isQuick) {
        best[peer.name] = min(best[peer.name] ?? .worst, try peer.run(folder))
      }
    }
    let floor = best[ScanPeers.floorName]
    let name = URL(fileURLWithPath: folder).lastPathComponent
    print("")
    Table.print(
      [name, "files", "files/s", "files/CPU-s", "cores", "of the floor"],
      peers.map { row($0.name, count, best[$0.name] ?? .worst, floor) }
        + [row("radrelay scan", count, own, floor)])
    let others = peers.filter { $0.name != ScanPeers.floorName }.compactMap { best[$0.name]?.cpu }
    if let floor { goal("Per CPU second, of the floor", floor.cpu / own.cpu, 0.5) }
    if let fastest = others.min() {
      goal("Per CPU second, times the fastest other program", fastest / own.cpu, 5)
    }
    if grouped { try await group(folder) }
  }

  private func row(_ name: String, _ files: Int, _ own: Measure, _ floor: Measure?) -> [String] {
    [
      name, String(files), String(Int(Double(files) / own.wall)),
      String(Int(Double(files) / own.cpu)), String(format: "%.1f", own.cpu / own.wall),
      floor.map { String(format: "%.2f", $0.cpu / own.cpu) } ?? "",
    ]
  }

  private func goal(_ what: String, _ value: Double, _ wanted: Double) {
    print(
      "\(what): " + String(format: "%.2f", value)
        + " (goal \(wanted): \(value >= wanted ? "reached" : "missed"))")
  }

  private func group(_ folder: String) async throws {
    // Sets the high-water mark of the memory back (proc(5), clear_refs).
    if let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") {
      try? file.write(contentsOf: Data("5".utf8))
    }
    var index = StudyIndex()
    for await event in Scanner.scan(roots: [folder]) {
      for instance in event.instances { index.add(instance) }
    }
    let studies = index.studies()
    let peak = (Machine.text("/proc/self/status") ?? "").split(separator: "\n")
      .first { $0.hasPrefix("VmHWM:") }?.split(separator: " ").dropFirst().first
      .flatMap { Double($0) }
    print(
      "Grouped: \(studies.count) studies, \(studies.reduce(0) { $0 + $1.instanceCount }) instances"
        + (peak.map { String(format: ", at most %.0f MB of memory", $0 / 1024) } ?? ""))
  }
}
