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
  /// Call it from a synchronous `main`, before any thread exists: it first forks the process that
  /// restores the terminal whatever happens, and then takes this thread for the interface.
  /// - Parameter services: opens the store and makes what talks to the gateway. Called in the
  ///   process that goes on as the program, before the screen is taken; it may start threads.
  /// - Returns: the exit code; 2 when there is no usable terminal (which is then said on standard
  ///   error), 129 after SIGHUP, 143 after SIGTERM.
  /// - Throws: what `services` throws.
  public static func run(
    _ options: RuntimeOptions, services: @Sendable () throws -> RuntimeServices
  ) throws -> Int32 {
    if isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 {
      Supervisor.start(environment: options.environment)
    }
    Supervisor.blockLoopSignals()
    UIActor.bindToCurrentThread()
    return try UIActor.assumeIsolated { try runOnThisThread(options, services) }
  }

  @UIActor
  private static func runOnThisThread(
    _ options: RuntimeOptions, _ makeServices: @Sendable () throws -> RuntimeServices
  ) throws -> Int32 {
    do {
      var terminalOptions = TerminalOptions(environment: options.environment)
      terminalOptions.errorLog = options.home.log
      let terminal = try Terminal(options: terminalOptions)
      let services = try makeServices()
      try? FileManager.default.createDirectory(
        atPath: options.home.state, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      try terminal.start()
      defer { terminal.stop() }
      for problem in options.configuration.problems { log(problem) }
      return run(terminal, services, options)
    } catch let error as TerminalError {
      log("radrelay: \(error)")
      return 2
    }
  }

  @UIActor
  private static func run(
    _ terminal: Terminal, _ services: RuntimeServices, _ options: RuntimeOptions
  ) -> Int32 {
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
      state: state, services: services, options: options, device: terminal,
      end: { loop.stop() })
    session.start()
    loop.run(terminal: terminal, handle: session.handle, draw: session.draw)
    return session.exitCode
  }

  private static func log(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}
