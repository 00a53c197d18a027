import Domain
import Foundation
import Glibc
import Screen
import Store
import Terminal
import Workstation

/// The interactive program.
public enum Runtime {
  /// Runs the full-screen program until a person leaves it.
  ///
  /// Call it from ``asProgram(environment:_:)``: it takes this thread for the interface.
  /// - Parameters:
  ///   - prepare: what must be done, and said on standard error, before the screen is taken, if
  ///     anything. Called in the process that goes on as the program; it may start threads.
  ///   - services: opens the store and makes what talks to the gateway, with what `prepare`
  ///     returned. Called on a thread of its own, while the screen is already being drawn.
  /// - Returns: the exit code; 2 when there is no usable terminal (which is then said on standard
  ///   error), 129 after SIGHUP, 143 after SIGTERM.
  /// - Throws: what `prepare` and `services` throw, after the terminal is given back.
  public static func run<Prepared: Sendable>(
    _ options: RuntimeOptions, prepare: (@Sendable () throws -> Prepared)?,
    services: @escaping @Sendable (Prepared?) throws -> RuntimeServices
  ) throws -> Int32 {
    let isTerminal = hasTerminal
    Supervisor.blockLoopSignals()
    UIActor.bindToCurrentThread()
    // While the terminal is looked at; without one there is nothing to open for.
    let early = prepare == nil && isTerminal ? Opening { try services(nil) } : nil
    return try UIActor.assumeIsolated {
      try runOnThisThread(options) {
        if let early { return early }
        let prepared = try prepare?()
        return Opening { try services(prepared) }
      }
    }
  }

  /// Runs `body` as the program of this terminal and ends the process with its exit status. Call it
  /// from a synchronous `main`, before any thread exists: it forks the process that restores the
  /// terminal whatever happens.
  public static func asProgram(
    environment: [String: String], _ body: @escaping @Sendable () -> Int32
  ) -> Never {
    guard hasTerminal else { exit(body()) }
    Supervisor.run(environment: environment, body)
  }

  private static var hasTerminal: Bool {
    isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
  }

  @UIActor
  private static func runOnThisThread(
    _ options: RuntimeOptions, _ open: () throws -> Opening
  ) throws -> Int32 {
    do {
      var terminalOptions = TerminalOptions(environment: options.environment)
      terminalOptions.errorLog = options.home.log
      terminalOptions.images = options.imageMode ?? .auto
      terminalOptions.lowBandwidth = options.lowBandwidth
      let terminal = try Terminal(options: terminalOptions)
      let opening = try open()
      try? FileManager.default.createDirectory(
        atPath: options.home.state, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      try terminal.start()
      defer { terminal.stop() }
      for problem in options.configuration.problems { log(problem) }
      return try run(terminal, opening, options)
    } catch let error as TerminalError {
      log("radrelay: \(error)")
      return 2
    }
  }

  @UIActor
  private static func run(
    _ terminal: Terminal, _ opening: Opening, _ options: RuntimeOptions
  ) throws -> Int32 {
    let loop = EventLoop()
    let capabilities = ScreenCapabilities(
      depth: terminal.capabilities.depth, unicode: terminal.capabilities.unicode,
      isLightBackground: terminal.capabilities.isLightBackground)
    let state = AppState(
      size: terminal.size, now: options.now(), calendar: options.calendar,
      capabilities: capabilities,
      about: About(version: options.version, storage: options.home.data),
      themes: options.configuration.themes, keys: options.configuration.keys,
      studiesFolder: options.studiesFolder)
    let session = Session(
      state: state, services: opening.services, options: options, device: terminal,
      end: { loop.stop() })
    session.take(.images(terminal.imageOutput))
    session.start()
    Task.detached {
      do { _ = try await opening.result() } catch { await session.end(with: error) }
    }
    loop.run(terminal: terminal, handle: session.handle, draw: session.draw)
    if let failure = session.failure { throw failure }
    return session.exitCode
  }

  private static func log(_ text: String) {
    StandardStream.write(Data((text + "\n").utf8), to: STDERR_FILENO)
  }
}
