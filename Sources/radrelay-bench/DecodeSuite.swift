import ArgumentParser
import Foundation
import Imaging

/// `radrelay-bench decode`: reading and decoding of 512x512 CT slices of 16 bits in every transfer
/// syntax, the decoder process and both ways to it included, beside DCMTK, GDCM and pydicom's
/// decoders on the same files in the same run.
struct DecodeSuite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Decoding per transfer syntax, beside DCMTK, GDCM and pydicom's decoders.")

  @Option(help: "Repetitions; the best of each program counts, because machines are shared.")
  var runs = 5
  @Option(help: "Frames in one repetition.") var frames = 60
  @Option(help: "A Python that has pydicom and its decoders.") var python = "python3"
  @Option(help: "Folder with data/ and tools/peers/; RADRELAY_SHARED otherwise.")
  var shared: String?

  /// Names in the corpus and in the table.
  static let syntaxes = [
    ("explicitLE", "uncompressed, little endian"), ("explicitBE", "uncompressed, big endian"),
    ("deflated", "deflated data set"), ("rle", "RLE"),
    ("jpeg_extended12", "JPEG extended, 12 bits"), ("jpeg_lossless_p14_sv4", "JPEG lossless, 14"),
    ("jpeg_lossless_sv1", "JPEG lossless, 14 SV1"), ("jpegls_lossless", "JPEG-LS lossless"),
    ("j2k_lossless", "JPEG 2000 lossless"), ("j2k_lossy", "JPEG 2000 lossy"),
    ("htj2k_lossless", "HTJ2K lossless"), ("htj2k_lossy", "HTJ2K lossy"),
  ]

  func run() async throws {
    let root = shared ?? ProcessInfo.processInfo.environment["RADRELAY_SHARED"]
    guard let root else {
      throw BenchError("the compressed files are not here: name their folder in RADRELAY_SHARED")
    }
    let work = NSTemporaryDirectory() + "radrelay-bench-decode-\(getpid())"
    try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: work) }
    let peers = DecodePeer.available(sources: root + "/tools/peers", work: work, python: python)
    var rows: [[String]] = []
    for (file, name) in Self.syntaxes {
      let folder = work + "/" + file
      try Self.copies(of: "\(root)/data/dicom/open/transcoded/ctge_\(file).dcm", to: folder)
      rows.append(try row(name, folder, peers))
    }
    let header =
      ["decode, ms a frame", "radrelay", "CPU"]
      + peers.map { $0.takesRounds ? $0.name : "\($0.name), CPU" }
      + ["of the best", "CPU, of the best"]
    Table.print(header, rows)
    print("\n" + (try await bothCores(work)))
  }

  /// For all suites together: says what is missing instead of failing.
  func runIfPossible() async throws {
    do {
      try await run()
    } catch let error as BenchError {
      print("Left out: \(error).")
    }
  }

  /// Best of all runs, the programs taking turns.
  private func row(_ name: String, _ folder: String, _ peers: [DecodePeer]) throws -> [String] {
    var own = Measure.worst
    var others = peers.map { _ in Measure.worst }
    _ = try decode(folder, 2)
    for _ in 0..<max(1, runs) {
      own = own.best(try decode(folder, frames))
      for index in peers.indices {
        if let measure = try peers[index].decode(folder, frames) {
          others[index] = others[index].best(measure)
        }
      }
    }
    let best = others.reduce(Measure.worst) { $0.best($1) }
    func milliseconds(_ seconds: Double) -> String {
      seconds.isFinite ? String(format: "%.2f", seconds * 1_000) : "–"
    }
    func ratio(_ a: Double, _ b: Double) -> String {
      b.isFinite ? String(format: "%.2f", a / b) : "–"
    }
    return [name, milliseconds(own.wall), milliseconds(own.cpu)]
      + others.map { milliseconds($0.wall.isFinite ? $0.wall : $0.cpu) }
      + [ratio(own.wall, best.wall), ratio(own.cpu, best.cpu)]
  }

  /// Seconds a frame, from the opening of the file on; CPU of both processes.
  private func decode(_ folder: String, _ count: Int) throws -> Measure {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    let before = Self.decoderSeconds()
    let start = Measure.now()
    for index in 0..<count {
      let path = folder + "/" + files[index % files.count]
      guard try FrameReader(path: path).frame(0).pixels.count == 512 * 512 else {
        throw BenchError("\(path) is no slice of 512 x 512")
      }
    }
    let time = Measure.since(start)
    let cpu = time.cpu + Self.decoderSeconds() - before
    return Measure(wall: time.wall / Double(count), cpu: cpu / Double(count))
  }

  private static func decoderSeconds() -> Double {
    DecoderPool.shared.idleProcessIDs.reduce(0) { $0 + Child(pid: $1).cpuSeconds }
  }

  /// A stack as the viewer scrolls through it: decoded ahead, on all cores.
  private func bothCores(_ work: String) async throws -> String {
    let folder = work + "/j2k_lossless"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    func rate(workers: Int) async throws -> Double {
      let stack = FrameStack(count: frames, workers: workers) { index throws(FrameError) in
        try FrameReader(path: folder + "/" + files[index % files.count]).frame(0)
      }
      let start = Measure.now()
      for index in 0..<frames { _ = try await stack.frame(index) }
      return Double(frames) / Measure.since(start).wall
    }
    let cores = ProcessInfo.processInfo.activeProcessorCount
    _ = try await rate(workers: cores)
    let (one, all) = (try await rate(workers: 1), try await rate(workers: cores))
    return String(
      format: "A stack of JPEG 2000 slices, ahead of the viewer: %.0f frames/s on one core, "
        + "%.0f on %d.", one, all, cores)
  }

  /// Ten copies under other names, so that no program can keep what it decoded.
  private static func copies(of file: String, to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for index in 0..<10 {
      try FileManager.default.copyItem(atPath: file, toPath: "\(folder)/\(index).dcm")
    }
  }
}

extension Measure {
  /// The least of each clock.
  func best(_ other: Measure) -> Measure {
    Measure(wall: min(wall, other.wall), cpu: min(cpu, other.cpu))
  }
}
