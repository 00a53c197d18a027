import ArgumentParser
import Foundation

/// `radrelay-bench memory`: the resident memory of the real `radrelay` while it sends a study of 2 GB
/// in 4,000 files to the real gateway.
struct MemorySuite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memory", abstract: "The client's memory while it sends a large study.")

  @Option(help: "Files of 512 KiB.") var files = 4_000

  func run() async throws {
    let root = NSTemporaryDirectory() + "radrelay-bench-memory-\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: root) }
    let program = try Machine.sibling("radrelay")
    let gateway = try await LoopbackGateway(folder: root)
    defer { gateway.stop() }
    let home = root + "/home"
    try Child.run(
      program,
      [
        "login", gateway.origin, "--user", LoopbackGateway.user, "--password-stdin", "--home", home,
      ], input: LoopbackGateway.password + "\n")
    let study = try UploadFiles(count: files, pixels: 523_000, in: root + "/study")
    let bytes = study.paths.reduce(0) { $0 + $1.size }
    let begin = ContinuousClock.now
    let child = try Child.start(
      program, ["upload", study.folder, "--wait", "--home", home, "--json"])
    var most = 0.0
    var isThere = true
    while isThere {
      try await Task.sleep(for: .milliseconds(50))
      // The kernel keeps the highest value itself.
      let status = Machine.text("/proc/\(child.pid)/status") ?? ""
      for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
        let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
        most = max(most, (kilobytes.flatMap { Double($0) } ?? 0) / 1_024)
      }
      isThere = !status.isEmpty && !status.contains("State:\tZ")
    }
    child.end()
    let seconds = begin.duration(to: .now) / .seconds(1)
    Table.print(
      ["study", "highest resident memory, MB", "seconds"],
      [
        [
          "\(files) files, \(bytes / 1_000_000) MB", String(format: "%.1f", most),
          String(format: "%.1f", seconds),
        ]
      ])
  }
}
