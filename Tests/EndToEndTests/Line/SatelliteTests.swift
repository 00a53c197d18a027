import Foundation
import TestSupport
import Testing

private enum SlowLine {
  static let bench = GatewayProcess.products.appendingPathComponent("radrelay-bench").path
  static let isBuilt = ClientWorkplace.isBuilt && ChildProcess.find(bench) != nil
  /// Bytes a second.
  static let rate = 48_000
}

/// A satellite: 384 kbit/s and 600 ms there and back, by the proxy of `radrelay-bench`.
@Suite(
  "A slow line with a long way", .serialized, .timeLimit(.minutes(20)),
  .enabled(if: SlowLine.isBuilt, "needs the programs beside the tests"))
struct SatelliteTests {
  static let isSoak = ProcessInfo.processInfo.environment["RADRELAY_SOAK"] == "1"

  /// Slow is not lost: no request is given up, nothing goes twice.
  @Test func aStudyArrivesWithoutASecondTry() async throws {
    _ = try await send(files: 2, rows: 384)
  }

  @Test(.enabled(if: isSoak, "a soak test: RADRELAY_SOAK=1"))
  func howMuchOfTheLineIsUsed() async throws {
    let (bytes, seconds) = try await send(files: 4, rows: 512)
    let share = Double(bytes) / seconds / Double(SlowLine.rate)
    print(
      "SOAK 384 kbit/s, 600 ms, \(bytes) bytes: " + String(format: "%.1f s, ", seconds)
        + String(format: "%.0f %% of the line", share * 100))
    #expect(share > 0.5)
  }

  /// Bytes of the study, and the seconds that `radrelay upload --wait` took.
  private func send(files: Int, rows: Int) async throws -> (bytes: Int64, seconds: Double) {
    let workplace = try ClientWorkplace()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    defer { gateway.process.send(9) }
    let line = try await ChildProcess.start(
      SlowLine.bench,
      ["proxy", "--to", "\(gateway.port)", "--rate", "\(SlowLine.rate)", "--delay", "300"])
    defer { line.send(9) }
    let listening = try JSONDecoder().decode(
      [String: Int].self, from: Data(try await line.line(containing: "listening").utf8))
    try await workplace.logIn(port: try #require(listening["listening"]))
    let study = try SyntheticStudy(files: files, rows: rows)
    let folder = try workplace.makeFolder("study")
    for file in study.files {
      try file.bytes.write(to: folder.appendingPathComponent("\(file.id).dcm"))
    }
    let begin = ContinuousClock.now
    let sent = try await workplace.run(
      ["upload", folder.path, "--wait", "--json"], within: .seconds(600))
    let seconds = begin.duration(to: .now) / .seconds(1)
    #expect(sent.exitStatus == 0, "\(sent.output) \(sent.errors)")
    let upload = try #require(try await workplace.queue().first)
    #expect(upload.isProven, "\(upload.state) \(upload.reason)")
    #expect(upload.bytesSent == study.byteCount)
    #expect(upload.bytesSentAgain == 0)
    let held = try workplace.heldByGateway()
    #expect(study.files.allSatisfy { held.contains($0.sha256) })
    return (study.byteCount, seconds)
  }
}
