import ArgumentParser
import Foundation
import Store
import Terminal

/// `radrelay doctor`: what was found out about the terminal and this machine, why, and what would
/// make it better.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Say what this terminal and this machine can do, and why.",
    discussion: """
      Asks the terminal, and tmux where there is one. Nothing is changed. Exit status: 0 all \
      works, 1 something does not.
      """)

  @OptionGroup var home: HomeOptions
  @Flag(help: "One JSON object per line.") var json = false

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    var checks = TerminalChecks(environment: environment).all
    checks += await MachineChecks(home: home.location).all
    for check in checks {
      if json {
        try Output.json(check)
      } else {
        let word = check.verdict.rawValue
        Output.line(
          word + String(repeating: " ", count: 6 - word.count) + check.subject
            + String(repeating: " ", count: max(1, 12 - check.subject.count)) + check.text)
        if let line = check.remedy { Output.line(String(repeating: " ", count: 18) + line) }
      }
    }
    if checks.contains(where: { $0.verdict == .fail }) { throw ExitCode(1) }
  }
}

/// One finding.
struct Check: Encodable {
  enum Verdict: String, Encodable {
    case ok
    /// It works; something better is possible.
    case hint
    case fail
  }

  var verdict: Verdict
  var subject: String
  var text: String
  /// What to do, as a line to type or to write into a file.
  var remedy: String?

  static func ok(_ subject: String, _ text: String) -> Check {
    Check(verdict: .ok, subject: subject, text: text)
  }

  static func hint(_ subject: String, _ text: String, _ remedy: String? = nil) -> Check {
    Check(verdict: .hint, subject: subject, text: text, remedy: remedy)
  }

  static func fail(_ subject: String, _ text: String, _ remedy: String? = nil) -> Check {
    Check(verdict: .fail, subject: subject, text: text, remedy: remedy)
  }
}
