import Foundation
import TestSupport
import Testing

/// The full-screen program in a pseudo-terminal, read without blocking the threads on which the
/// other tests run.
final class ClientScreen {
  let terminal: PseudoTerminal

  init(
    _ workplace: ClientWorkplace, _ arguments: [String] = [], rows: Int = 24, columns: Int = 80,
    environment: [String: String] = [:]
  ) throws {
    terminal = try PseudoTerminal(
      ClientWorkplace.program, arguments,
      environment: workplace.environment
        .merging(["HOME": workplace.folder.url.path, "TZ": "UTC"]) { $1 }
        .merging(environment) { $1 }, rows: rows, columns: columns)
  }

  /// The screen did not show what was awaited.
  struct NotSeen: Error { var what: String }

  var text: String { terminal.screen.text }

  func type(_ keys: String) { terminal.send(keys) }

  /// Waits until the screen fulfils a condition; shows the screen when it does not.
  func see(
    _ what: String, within limit: Duration = .seconds(120),
    isolation: isolated (any Actor)? = #isolation,
    sourceLocation: SourceLocation = #_sourceLocation, _ condition: (VirtualScreen) -> Bool
  ) async throws {
    let end = ContinuousClock.now + limit
    while !terminal.wait(seconds: 0.01, until: condition) {
      guard ContinuousClock.now < end, !terminal.isOver else {
        Issue.record("not seen: \(what); the screen is\n\(text)", sourceLocation: sourceLocation)
        throw NotSeen(what: what)
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// Waits until the screen shows a text.
  func see(
    _ text: String, within limit: Duration = .seconds(120),
    isolation: isolated (any Actor)? = #isolation,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await see("'\(text)'", within: limit, sourceLocation: sourceLocation) {
      $0.text.contains(text)
    }
  }

  /// Waits for the end of the program.
  func end(
    within limit: Duration = .seconds(120), isolation: isolated (any Actor)? = #isolation
  ) async throws -> PseudoTerminal.Exit {
    try await Wait.value("end of the program", within: limit) {
      self.terminal.waitForExit(seconds: 0.01)
    }
  }

  /// Leaves the program by its key. It asks when its screen does not know yet that everything has
  /// arrived.
  func leave(
    isolation: isolated (any Actor)? = #isolation,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    type("q")
    var isAsked = false
    let exit = try await Wait.value("end of the program", within: .seconds(120)) {
      if !isAsked, self.text.contains("Leave RadRelay?") {
        isAsked = true
        self.type("y")
      }
      return self.terminal.waitForExit(seconds: 0.01)
    }
    #expect(exit == .code(0), sourceLocation: sourceLocation)
  }

  /// Whether the terminal is as the shell wants it back: modes, screen, cursor, mouse.
  func expectRestored(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(terminal.modes == terminal.initialModes, sourceLocation: sourceLocation)
    #expect(terminal.modes.isCooked, sourceLocation: sourceLocation)
    let left = terminal.screen.modes.intersection([1, 1000, 1002, 1003, 1004, 1006, 1049, 2004])
    #expect(left.isEmpty, "modes \(left) were left on", sourceLocation: sourceLocation)
    #expect(terminal.screen.modes.contains(25), "no cursor", sourceLocation: sourceLocation)
  }
}
