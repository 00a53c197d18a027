import ArgumentParser
import DICOM
import Domain
import Foundation
import GatewayClient
import Logging
import Store
import Sync
import Wire

/// `radrelay-bench upload`: bytes a second of the sending engine into a gateway of its own, beside
/// `curl -T` of the same files to nginx and to the same gateway's chunk endpoint.
struct UploadSuite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upload",
    abstract: "Sending on loopback, beside curl to nginx and to the gateway's chunk endpoint.")

  @Option(help: "Files of 512 KiB in the large study.") var large = 400
  @Option(help: "Files of 10 KB in the study of small files.") var small = 2_000
  @Option(help: "Repetitions; the best of each counts, because machines are shared.") var runs = 2

  /// Wall seconds of one way, the best so far.
  private struct Best {
    var nginx = Double.infinity
    var raw = Double.infinity
    var stored = Double.infinity
    var proven = Double.infinity
    var client = Double.infinity
  }

  func run() async throws {
    var rows: [[String]] = []
    for (name, count, pixels) in [
      ("large: \(large) files of 512 KiB", large, 523_000),
      ("small: \(small) files of 10 KB", small, 9_000),
    ] where count > 0 {
      rows += try await measure(name, files: count, pixels: pixels)
    }
    Table.print(["upload", "MB/s", "files/s", "of nginx", "of raw chunks"], rows)
  }

  private func measure(_ name: String, files count: Int, pixels: Int) async throws -> [[String]] {
    var best = Best()
    var bytes = 0
    for _ in 0..<max(1, runs) {
      let root = NSTemporaryDirectory() + "radrelay-bench-upload-\(getpid())"
      defer { try? FileManager.default.removeItem(atPath: root) }
      let study = try UploadFiles(count: count, pixels: pixels, in: root + "/study")
      bytes = study.paths.reduce(0) { $0 + $1.size }
      let nginx = try NginxServer(folder: root)
      do {
        defer { nginx.stop() }
        best.nginx = min(best.nginx, try nginx.take(study))
      }
      let gateway = try await LoopbackGateway(folder: root)
      defer { gateway.stop() }
      best.raw = min(best.raw, try await gateway.takeRaw(study))
      let sent = try await gateway.take(study, home: root + "/home")
      best.stored = min(best.stored, sent.stored)
      best.proven = min(best.proven, sent.proven)
      best.client = min(best.client, sent.cpu)
    }
    func row(_ what: String, _ seconds: Double) -> [String] {
      [
        what, String(format: "%.1f", Double(bytes) / seconds / 1e6),
        String(format: "%.0f", Double(count) / seconds),
        String(format: "%.2f", best.nginx / seconds), String(format: "%.2f", best.raw / seconds),
      ]
    }
    let client = String(format: "client %.2f CPU s", best.client)
    return [
      row("\(name): curl -T to nginx, 4 at a time, no fsync", best.nginx),
      row("\(name): curl to raw chunks, 4 at a time", best.raw),
      row("\(name): radrelay, to stored (\(client))", best.stored),
      row("\(name): radrelay, to proven in the archive", best.proven),
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

/// curl over many files with kept connections, four at a time.
enum Curl {
  /// Sends each file by PUT to its address; wall seconds.
  static func put(
    _ files: [(path: String, address: String)], headers: [String] = [], configuration: String
  ) throws -> Double {
    var lines = headers.map { "header = \"\($0)\"" }
    lines += ["fail", "silent", "show-error", "parallel", "parallel-max = 4"]
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
