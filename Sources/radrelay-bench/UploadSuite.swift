import ArgumentParser
import CLinux
import DICOM
import Domain
import Foundation
import GatewayClient
import Logging
import Store
import Sync
import Wire

/// `radrelay-bench upload`: bytes a second of the sending engine into a gateway of its own, until the
/// gateway has every file under its digest.
///
/// Its measure is `curl -T` of the same files to the same gateway's disk: to its chunk endpoint, which
/// flushes file, name and record before it answers. One file after the other, as curl does it, and
/// with as many requests at a time as a line begins with. Nothing is put together there, nothing is
/// compared, and curl keeps no record. Beside it stands nginx as a floor: the same disk without any
/// flush.
struct UploadSuite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upload",
    abstract: "Sending on loopback, beside curl to the same gateway's disk and to nginx.")

  @Option(help: "Files of 512 KiB in the large study.") var large = 400
  @Option(help: "Files of 10 KB in the study of small files.") var small = 2_000
  @Option(help: "Repetitions; the median of each figure counts: machines are shared.") var runs = 5

  /// Seconds of one repetition; processor seconds where it says so.
  private struct Run {
    var nginx = 0.0
    var single = 0.0
    var raw = 0.0
    var sent = LoopbackGateway.Sent()
  }

  func run() async throws {
    // As the program has it.
    radrelay_use_one_heap()
    var rows: [[String]] = []
    for (name, count, pixels) in [
      ("large: \(large) files of 512 KiB", large, 523_000),
      ("small: \(small) files of 10 KB", small, 9_000),
    ] where count > 0 {
      rows += try await measure(name, files: count, pixels: pixels)
    }
    Table.print(
      [
        "upload", "MB/s", "files/s", "of curl to the gateway's disk",
        "of \(Curl.parallel) at a time",
      ], rows)
  }

  private func measure(_ name: String, files count: Int, pixels: Int) async throws -> [[String]] {
    var all: [Run] = []
    var bytes = 0
    for _ in 0..<max(1, runs) {
      let root = NSTemporaryDirectory() + "radrelay-bench-upload-\(getpid())"
      defer { try? FileManager.default.removeItem(atPath: root) }
      let study = try UploadFiles(count: count, pixels: pixels, in: root + "/study")
      bytes = study.paths.reduce(0) { $0 + $1.size }
      var run = Run()
      let nginx = try NginxServer(folder: root)
      do {
        defer { nginx.stop() }
        run.nginx = try nginx.take(study)
      }
      let gateway = try await LoopbackGateway(folder: root)
      defer { gateway.stop() }
      run.single = try await gateway.takeRaw(study, parallel: 1)
      run.raw = try await gateway.takeRaw(study, parallel: Curl.parallel)
      run.sent = try await gateway.take(study, home: root + "/home")
      all.append(run)
    }
    func median(_ value: (Run) -> Double) -> Double {
      let values = all.map(value).sorted()
      return values.isEmpty ? .nan : values[values.count / 2]
    }
    let (single, raw) = (median(\.single), median(\.raw))
    func row(_ what: String, _ seconds: Double) -> [String] {
      [
        what, String(format: "%.1f", Double(bytes) / seconds / 1e6),
        String(format: "%.0f", Double(count) / seconds),
        String(format: "%.2f", single / seconds), String(format: "%.2f", raw / seconds),
      ]
    }
    let used = String(
      format: "client %.2f, gateway %.2f CPU s", median(\.sent.cpu), median(\.sent.gateway))
    return [
      row("\(name): curl -T to nginx, \(Curl.parallel) at a time, no flush", median(\.nginx)),
      row("\(name): curl -T to the gateway's disk", single),
      row("\(name): curl -T to the gateway's disk, \(Curl.parallel) at a time", raw),
      row("\(name): radrelay, to stored (\(used))", median(\.sent.stored)),
      row("\(name): radrelay, to proven in the archive", median(\.sent.proven)),
    ]
  }
}

/// A study on the disk.
struct UploadFiles {
  var folder: String
  var paths: [(path: String, size: Int)] = []

  /// - Parameter pixels: bytes of pixel data a file.
  init(count: Int, pixels: Int, in folder: String) throws {
    self.folder = folder
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let study = UID.make()
    let series = UID.make()
    var noise = SplitMix(state: 7)
    var values = (0..<(pixels & ~1)).map { _ in UInt8(truncatingIfNeeded: noise.next()) }
    for number in 0..<count {
      // Every file differs.
      for index in stride(from: 0, to: values.count, by: 1_024) {
        values[index] = UInt8(truncatingIfNeeded: noise.next())
      }
      var set = DataSet()
      set.useUTF8()
      set.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.4")
      set.set(.sopInstanceUID, .ui, UID.make())
      set.set(.studyInstanceUID, .ui, study)
      set.set(.seriesInstanceUID, .ui, series)
      set.set(.patientName, .pn, "Bench^Upload")
      set.set(.patientID, .lo, "BENCH-1")
      set.set(.studyDate, .da, "20260101")
      set.set(.modality, .cs, "MR")
      set.set(.instanceNumber, .is, String(number + 1))
      set.set(.pixelData, .ow, bytes: values)
      let bytes = try DICOMWriter.part10(set)
      let path = "\(folder)/\(number)"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      paths.append((path, bytes.count))
    }
  }
}

/// curl over many files with kept connections.
enum Curl {
  /// Requests at a time: what `Sync` begins with on a line that it does not know.
  static let parallel = 4

  /// Sends each file by PUT to its address; wall seconds.
  static func put(
    _ files: [(path: String, address: String)], headers: [String] = [], configuration: String,
    parallel: Int = Curl.parallel
  ) throws -> Double {
    var lines = headers.map { "header = \"\($0)\"" }
    lines += ["fail", "silent", "show-error", "no-progress-meter"]
    if parallel > 1 { lines += ["parallel", "parallel-max = \(parallel)"] }
    for file in files {
      lines += [
        "upload-file = \"\(file.path)\"", "url = \"\(file.address)\"", "output = \"/dev/null\"",
      ]
    }
    _ = FileManager.default.createFile(
      atPath: configuration, contents: Data(lines.joined(separator: "\n").utf8),
      attributes: [.posixPermissions: 0o600])
    return try Measure.of { try Child.run(Machine.installed("curl"), ["-K", configuration]) }.wall
  }
}
