import ArgumentParser
import Foundation

/// `radrelay-bench all`: every suite with its defaults, as Markdown.
struct AllSuites: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "all", abstract: "Every suite with its defaults, as Markdown tables.")

  @Option(help: "Rows in the store of the suites store and terminal.") var rows = 100_000

  func run() async throws {
    let home = NSTemporaryDirectory() + "radrelay-bench-all-\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: home) }
    print(Machine.line() + "\n")
    let third = String(rows / 3)
    let seed = try Seed.parse([
      home, "--cases", String(rows - 2 * (rows / 3)), "--uploads", third, "--reports", third,
    ])
    try await seed.run()
    let terminal = try TerminalSuite.parse(["--store", home])
    let store = try StoreSuite.parse([home])
    let scan = try ScanSuite.parse([])
    let decode = try DecodeSuite.parse([])
    let upload = try UploadSuite.parse([])
    let stat = try StatSuite.parse([])
    let memory = try MemorySuite.parse([])
    let sessions = try SessionsSuite.parse([])
    let pictures = try PictureSuite.parse([])
    let viewer = try ViewerSuite.parse([])
    for (name, suite) in [
      ("Terminal", { try await terminal.run() }), ("Store", { try await store.run() }),
      ("Scan", { try await scan.run() }), ("Decode", { try await decode.runIfPossible() }),
      ("Upload", { try await upload.run() }), ("STAT", { try await stat.run() }),
      ("Memory of the sender", { try await memory.run() }),
      ("Sessions", { try await sessions.run() }),
      ("Pictures", { try await pictures.run() }), ("Viewer", { try await viewer.run() }),
    ] as [(String, () async throws -> Void)] {
      print("\n### \(name)\n")
      try await suite()
    }
    print("\n" + Machine.line())
  }
}
