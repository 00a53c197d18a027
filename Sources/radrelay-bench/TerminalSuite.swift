import ArgumentParser
import Foundation

/// `radrelay-bench terminal`: the built program in a pseudo-terminal over a large store.
struct TerminalSuite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "terminal",
    abstract: "First paint, time and bytes per key, idle cost, in a pseudo-terminal.",
    discussion: """
      The method is that of an outside probe: a key is written, then output is read until 15 ms \
      of silence; the time counts to the last byte. Keys are sent one by one.
      """)

  @Option(help: "Rows in the store: cases, uploads and reports together.") var rows = 100_000
  @Option(help: "A store that `seed` filled, instead of making one.") var store: String?
  @Option(help: "Columns of the terminal.") var columns = 200
  @Option(help: "Lines of the terminal.") var lines = 60
  @Option(help: "Times that the program is started.") var starts = 10
  @Option(help: "Keys that move the selection, each way.") var keys = 200
  @Option(help: "Seconds without input.") var idle = 5.0

  func run() async throws {
    let made = NSTemporaryDirectory() + "radrelay-bench-terminal-\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: made) }
    if store == nil {
      let third = String(rows / 3)
      let seed = try Seed.parse([
        made, "--cases", String(rows - 2 * (rows / 3)), "--uploads", third, "--reports", third,
      ])
      try await seed.run()
    }
    let home = store ?? made
    var paints: [Start] = []
    for _ in 0..<max(1, starts) {
      let program = try start(home)
      paints.append(program.readStart())
      program.quit()
    }
    let program = try start(home)
    let first = program.readStart()
    program.readUntilQuiet(1.0)
    var strokes: [Stroke] = []
    for index in 0..<(2 * keys) {
      if let stroke = program.press(index < keys ? "j" : "k") { strokes.append(stroke) }
    }
    program.readUntilQuiet(1.0)
    let rest = program.idle(seconds: idle)
    let memory = program.child.residentMegabytes
    program.quit()
    guard !strokes.isEmpty else { throw BenchError("no key had an effect") }
    print(paints, first, strokes, rest, memory)
  }

  private func start(_ home: String) throws -> TerminalProgram {
    try TerminalProgram(
      Machine.sibling("radrelay"), home: home, rows: lines, columns: columns)
  }

  private func print(
    _ paints: [Start], _ first: Start, _ strokes: [Stroke], _ rest: Rest, _ memory: Double
  ) {
    func at(_ share: Double, _ values: [Double]) -> Double {
      let sorted = values.sorted()
      return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
    }
    func figure(_ share: Double, _ values: [Double]) -> String {
      String(format: "%.2f", at(share, values))
    }
    let frames = paints.map(\.firstFrame)
    let full = paints.map(\.full)
    let done = strokes.map(\.last)
    let begun = strokes.map(\.first)
    let bytes = strokes.map { Double($0.bytes) }
    func row(_ name: String, _ values: [Double]) -> [String] {
      [name, figure(0.5, values), figure(0.99, values), figure(1, values)]
    }
    Table.print(
      ["terminal \(columns)x\(lines)", "median", "p99", "most"],
      [
        row("start to first frame, ms (\(paints.count) starts)", frames),
        row("start to silence, ms", full),
        ["first screen, bytes", String(first.bytes), "", ""],
        row("key to first byte, ms (\(strokes.count) keys)", begun),
        row("key to last byte, ms", done),
        row("bytes a key, selection moves", bytes),
        ["idle: bytes in \(Int(idle)) s", String(rest.bytes), "", ""],
        ["idle: CPU, % of a core", String(format: "%.2f", rest.cpu * 100 / idle), "", ""],
        ["resident, MB", String(format: "%.1f", memory), "", ""],
      ])
  }
}
