import ArgumentParser
import Foundation
import Gateway

/// `radrelay-gateway`.
@main
struct GatewayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "radrelay-gateway",
    abstract: "Takes studies from workstations, brings them to the PACS and their reports back.",
    version: GatewayConfiguration.version,
    subcommands: [Serve.self, UserCommand.self, AuditCommand.self, Doctor.self])
}

/// Options that every subcommand shares.
struct DataOptions: ParsableArguments {
  @Option(help: "The folder in which the gateway keeps everything (RADRELAY_GATEWAY_DATA).")
  var data: String?

  func folder() throws -> URL {
    guard let path = data ?? Environment["DATA"] else {
      throw ValidationError(
        "Name the data directory with --data DIR or RADRELAY_GATEWAY_DATA.")
    }
    return URL(fileURLWithPath: path, isDirectory: true)
  }
}

/// Environment variables that begin with `RADRELAY_GATEWAY_`.
enum Environment {
  static subscript(_ name: String) -> String? {
    let value = ProcessInfo.processInfo.environment["RADRELAY_GATEWAY_\(name)"]
    return value.flatMap { $0.isEmpty ? nil : $0 }
  }

  static func number(_ name: String) throws -> Double? {
    guard let text = Self[name] else { return nil }
    guard let value = Double(text), value >= 0, value.isFinite else {
      throw ValidationError("RADRELAY_GATEWAY_\(name) must be a number that is not negative.")
    }
    return value
  }

  static func flag(_ name: String) -> Bool {
    ["1", "true", "yes", "on"].contains(Self[name]?.lowercased() ?? "")
  }
}
