import Crypto
import Foundation
import TestSupport
import Testing

/// The real programs over a line that loses packets: two network namespaces, a packet filter that
/// drops at random in both directions.
@Suite("A line that loses packets", .serialized, .timeLimit(.minutes(60)))
struct LossyLineTests {
  static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Resources/scripts/lossy-upload.sh").path

  /// Needs root and programs of the system; a container may forbid namespaces all the same.
  static let isPossible =
    getuid() == 0 && ["ip", "nft", "tc"].allSatisfy { ChildProcess.find($0) != nil }
    && GatewayProcess.isBuilt
  static let isSoak = ProcessInfo.processInfo.environment["RADRELAY_SOAK"] == "1"

  @Test(.enabled(if: isPossible, "needs root, ip, nft and tc"))
  func fiveMegabytesArriveAtTenPerCent() async throws {
    let result = try await send(files: 10, loss: 10, environment: ["TIMEOUT": "240"])
    guard let result else { return }
    try expectIntact(result)
  }

  @Test(
    .enabled(if: isPossible && isSoak, "a soak test: RADRELAY_SOAK=1"),
    arguments: [(0, 96), (5, 96), (10, 96), (20, 10), (30, 10)], 1...3)
  func arrivesIntact(_ line: (loss: Int, files: Int), run: Int) async throws {
    let (loss, files) = line
    let result = try await send(
      files: files, loss: loss, environment: ["TIMEOUT": "900", "CURL": "540"])
    guard let result else { return }
    try expectIntact(result)
    let ratio = result.curl.map { String(format: "%.2f of curl's %.1f s", result.seconds / $0, $0) }
    print(
      "SOAK loss \(loss) %, run \(run), \(result.study.byteCount / 1_000_000) MB: "
        + String(format: "%.1f s, ", result.seconds) + (ratio ?? "curl not done in 540 s"))
  }

  /// Nothing is claimed while half of all packets get lost, and all of it arrives when that ends.
  @Test(
    .enabled(if: isPossible && isSoak, "a soak test: RADRELAY_SOAK=1"), arguments: [20, 60, 180])
  func arrivesWhenTheLossLifts(after seconds: Int) async throws {
    let result = try await send(
      files: 20, loss: 50, environment: ["TIMEOUT": "900", "LIFT": "\(seconds)"])
    guard let result else { return }
    try expectIntact(result)
    print(
      "SOAK loss 50 %, lifted after \(seconds) s: " + String(format: "%.1f s", result.seconds))
  }

  /// Another network in the middle of it: the old connections are not told of it.
  @Test(.enabled(if: isPossible, "needs root, ip, nft and tc"))
  func goesOnFromANewAddress() async throws {
    let result = try await send(
      files: 6, loss: 0, environment: ["RATE": "4mbit", "MOVE": "2", "TIMEOUT": "240"])
    guard let result else { return }
    try expectIntact(result)
    print(String(format: "A new address after 2 s, at 4 Mbit/s: %.1f s", result.seconds))
  }

  private struct Sent {
    var study: SyntheticStudy
    var seconds: Double
    var curl: Double?
    var status: Int32
    var answer: String
    var held: Set<String>
  }

  /// Nil when this machine does not let us make namespaces.
  private func send(files: Int, loss: Int, environment: [String: String]) async throws -> Sent? {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("radrelay-lossy-\(UInt64.random(in: 0 ... .max))")
    defer { try? FileManager.default.removeItem(at: folder) }
    let place = folder.appendingPathComponent("study")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let study = try SyntheticStudy(files: files, rows: 512)
    for (number, file) in study.files.enumerated() {
      try file.bytes.write(to: place.appendingPathComponent("\(number).dcm"))
    }
    var variables = ProcessInfo.processInfo.environment
    variables.merge(environment) { $1 }
    let work = folder.appendingPathComponent("work")
    let child = try await ChildProcess.run(
      "/usr/bin/env",
      ["bash", Self.script, "\(loss)", place.path, work.path, GatewayProcess.products.path],
      environment: variables, within: .seconds(1_800))
    if child.exitStatus == 90 || child.exitStatus == 91 {
      print("SKIPPED: this machine allows no network namespaces or packet filter: \(child.errors)")
      return nil
    }
    var result = Sent(
      study: study, seconds: 0, curl: nil, status: child.exitStatus ?? -1,
      answer: (try? String(contentsOf: work.appendingPathComponent("answer"), encoding: .utf8))
        ?? "", held: [])
    for line in child.output.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count > 1, let seconds = Double(words[1]) else { continue }
      if words[0] == "radrelay" { result.seconds = seconds }
      if words[0] == "curl" { result.curl = seconds }
    }
    result.held = try ClientWorkplace.digests(below: work.appendingPathComponent("gateway"))
    if child.exitStatus != 0 {
      let log = work.appendingPathComponent("radrelay.log")
      print((try? String(contentsOf: log, encoding: .utf8)) ?? child.errors)
    }
    return result
  }

  private func expectIntact(_ sent: Sent, sourceLocation: SourceLocation = #_sourceLocation) throws
  {
    #expect(sent.status == 0, "\(sent.status): \(sent.answer)", sourceLocation: sourceLocation)
    let missing = sent.study.files.filter { !sent.held.contains($0.sha256) }
    #expect(
      missing.isEmpty, "\(missing.count) of \(sent.study.files.count) are not there",
      sourceLocation: sourceLocation)
    #expect(sent.answer.contains("verified") || sent.answer.contains("committed"))
  }
}
