import ArgumentParser
import Domain
import Foundation
import Gateway
import GatewayEmbedded
import Hummingbird
import Logging
import ServiceLifecycle
import UnixSignals
import Wire

/// `radrelay-gateway serve`.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the gateway until it is told to stop (SIGTERM, SIGINT).",
    discussion: """
      The address is printed as one line of JSON: {"listening":"http://HOST:PORT"}.
      Every option can be given as RADRELAY_GATEWAY_NAME in the environment, for example
      RADRELAY_GATEWAY_PACS; an option on the command line wins.
      """)

  @OptionGroup var data: DataOptions
  @Option(help: "Address to listen on (127.0.0.1).") var host: String?
  @Option(help: "Port to listen on; 0 takes a free one (8480).") var port: Int?
  @OptionGroup var pacs: PACSOptions
  @Option(help: "Seconds between looks for reports (60 for STAT and emergency, 300 for others).")
  var reportInterval: Double?
  @Flag(help: "Let anybody make an account (clinician or radiographer).")
  var openRegistration = false
  @Flag(help: "Write no access log.") var quiet = false
  @Flag(help: "Accounts, teaching cases and a radiologist for a demonstration.")
  var demo = false
  @Flag(help: "End when the standard input closes: for programs that start a gateway of their own.")
  var untilStdinCloses = false

  func run() async throws {
    signal(SIGPIPE, SIG_IGN)
    if untilStdinCloses { StandardInputWatch.start() }
    let directory = DataDirectory(try data.folder())
    try directory.create()
    let lock = try directory.takeLock()
    defer { withExtendedLifetime(lock) {} }
    directory.clean()
    let logger = Log.make()
    let isDemo = demo || Environment.flag("DEMO")
    var configuration = try gatewayConfiguration()
    if isDemo, reportInterval == nil {
      configuration.urgentPoll = 2
      configuration.routinePoll = 2
      configuration.minimumPoll = 1
    }
    let assembly = try await Assembly(
      directory, pacs: pacs, routes: try pacs.facilityRoutes(), configuration: configuration)
    configuration.facilitiesWithoutHistory = assembly.facilitiesWithoutHistory
    let server = GatewayServer(
      assembly.parts, configuration: configuration,
      served: assembly.served,
      log: quiet || Environment.flag("QUIET") ? .none : .standardError, logger: logger)
    let host = host ?? Environment["HOST"] ?? "127.0.0.1"
    let port = try port ?? Environment.number("PORT").flatMap { Int(exactly: $0) } ?? 8480
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port must be 0 … 65535.")
    }
    var services = server.services
    var madeAccounts: [String] = []
    if isDemo {
      guard ["127.0.0.1", "::1", "localhost"].contains(host) else {
        throw ValidationError("--demo has known passwords and listens on 127.0.0.1 only.")
      }
      let director = DemoDirector(
        catalogue: assembly.catalogue, archive: assembly.parts.archive,
        temporary: directory.temporary, delay: try Environment.number("DEMO_DELAY") ?? 8,
        logger: logger)
      madeAccounts = try await director.prepare(hasher: assembly.parts.hasher)
      services.append(director)
    }
    let accounts = madeAccounts
    let application = Application(
      router: server.router(),
      configuration: .init(
        address: .hostname(host, port: port), serverName: "radrelay-gateway"),
      onServerRunning: { channel in
        let chosen = channel.localAddress?.port ?? port
        // The address is always the first line: programs wait for it.
        Self.announce(host: host, port: chosen)
        DemoDirector.announce(accounts)
      }, logger: logger)
    let group = ServiceGroup(
      configuration: .init(
        services: (services + [application]).map {
          .init(
            service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup)
        }, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
  }

  private func gatewayConfiguration() throws -> GatewayConfiguration {
    var configuration = GatewayConfiguration()
    configuration.openRegistration = openRegistration || Environment.flag("OPEN_REGISTRATION")
    if let seconds = try reportInterval ?? Environment.number("REPORT_INTERVAL") {
      let seconds = max(1, seconds)
      configuration.urgentPoll = seconds
      configuration.routinePoll = seconds
      configuration.minimumPoll = min(configuration.minimumPoll, seconds)
    }
    if let hours = try Environment.number("RETENTION_HOURS") {
      configuration.retention = hours * 3_600
    }
    if let megabytes = try Environment.number("DISK_RESERVE_MB") {
      configuration.diskReserve = try bytes(megabytes, "DISK_RESERVE_MB")
    }
    if let hours = try Environment.number("SESSION_HOURS") {
      guard let seconds = Int(exactly: (hours * 3_600).rounded()), seconds <= 3_650 * 86_400 else {
        throw ValidationError("RADRELAY_GATEWAY_SESSION_HOURS must be 0 … 87600.")
      }
      configuration.limits.sessionSeconds = seconds
    }
    if let megabytes = try Environment.number("STUDY_MB") {
      configuration.limits.maximumStudyBytes = max(1, try bytes(megabytes, "STUDY_MB"))
    }
    return configuration
  }

  private func bytes(_ megabytes: Double, _ name: String) throws -> Int64 {
    guard let bytes = Int64(exactly: (megabytes * 1_048_576).rounded()) else {
      throw ValidationError("RADRELAY_GATEWAY_\(name) must be a number of megabytes.")
    }
    return bytes
  }

  private static func announce(host: String, port: Int) {
    let name = host.contains(":") ? "[\(host)]" : host
    StandardStream.write(
      Data("{\"listening\":\"http://\(name):\(port)\"}\n".utf8), to: STDOUT_FILENO)
  }
}

/// Where the PACS is.
struct PACSOptions: ParsableArguments {
  @Option(help: "DICOMweb root of the PACS; without it the built-in archive keeps the studies.")
  var pacs: String?
  @Option(help: "User name at the PACS.") var pacsUser: String?
  @Option(help: "File that holds the password at the PACS in its first line.")
  var pacsPasswordFile: String?
  @Flag(
    help: ArgumentHelp(
      "The PACS gives back the bytes that it took (Orthanc does): compare every instance.",
      discussion: """
        Each instance is retrieved and its digest compared; only then its study is committed. \
        Without this the end is verified: the PACS lists every instance.
        """))
  var pacsKeepsBytes = false
  @Option(
    help: "JSON file of what single facilities have otherwise: PACS, history (see the manual).",
    completion: .file())
  var routes: String?

  /// Nil when there is no PACS.
  func configuration() throws -> DICOMwebConfiguration? {
    guard let text = pacs ?? Environment["PACS"] else { return nil }
    let url = try Self.url(text, field: "--pacs")
    let password = try (pacsPasswordFile ?? Environment["PACS_PASSWORD_FILE"]).map {
      try Self.password(file: $0)
    }
    return DICOMwebConfiguration(
      baseURL: url, user: pacsUser ?? Environment["PACS_USER"] ?? "",
      password: password ?? "",
      keepsBytes: pacsKeepsBytes || Environment.flag("PACS_KEEPS_BYTES"))
  }

  /// The facilities with a PACS of their own.
  func facilityRoutes() throws -> FacilityRoutes {
    try (routes ?? Environment["ROUTES"]).map { try FacilityRoutes(file: $0) } ?? .none
  }

  /// - Parameter field: where the text comes from.
  static func url(_ text: String, field: String) throws -> URL {
    guard let url = URL(string: text), let scheme = url.scheme,
      ["http", "https"].contains(scheme.lowercased()), url.host != nil
    else {
      throw ValidationError("\(field) must be a URL such as http://127.0.0.1:8042/dicom-web.")
    }
    return url
  }

  /// The first line of a file.
  static func password(file: String) throws -> String {
    guard let content = try? String(contentsOfFile: file, encoding: .utf8) else {
      throw ValidationError("The password file \(file) cannot be read.")
    }
    return content.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
  }
}

/// The log of the program itself: warnings and worse, to the standard error output.
enum Log {
  static func make() -> Logger {
    var logger = Logger(label: "radrelay-gateway") {
      StreamLogHandler.standardError(label: $0)
    }
    logger.logLevel = Environment.flag("DEBUG") ? .debug : .warning
    return logger
  }
}
