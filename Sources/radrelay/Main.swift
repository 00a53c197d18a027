import ArgumentParser
import CLinux
import Domain
import Foundation
import Runtime
import Store
import Sync

/// The program's entry: arguments in, exit status out. The full-screen program forks before any
/// other thread exists, so `main` is not asynchronous.
@main
struct Main {
  static func main() {
    // Files of this process are for its user only.
    umask(0o077)
    signal(SIGPIPE, SIG_IGN)
    // Sending passes large buffers from thread to thread: with a heap each they stay in all of them.
    radrelay_use_one_heap()
    do {
      // The way in that people take most: describing all commands to the parser costs as much as
      // drawing the screen.
      if CommandLine.arguments.count == 1 {
        asProgram { try Screens.run(home: Home.resolve(override: nil)) }
      }
      var command = try RadRelayCommand.parseAsRoot()
      if command is any ScreenCommand {
        asProgram {
          guard let screen = try RadRelayCommand.parseAsRoot() as? any ScreenCommand else {
            return ExitStatus.usage.rawValue
          }
          return try screen.runOnScreen()
        }
      }
      if command is any AsyncParsableCommand {
        // Parsed again over there: a command is not made to cross threads.
        try AsyncRun.wait {
          guard var command = try RadRelayCommand.parseAsRoot() as? any AsyncParsableCommand
          else { return }
          try await command.run()
        }
      } else {
        try command.run()
      }
    } catch {
      exit(end(with: error))
    }
  }

  /// Ends this process as the program of the terminal.
  private static func asProgram(_ body: @escaping @Sendable () throws -> Int32) -> Never {
    Runtime.asProgram(environment: ProcessInfo.processInfo.environment) {
      do { return try body() } catch { return end(with: error) }
    }
  }

  /// Prints what went wrong and gives the documented status.
  private static func end(with error: any Error) -> Int32 {
    switch error {
    case let failure as CommandFailure:
      Output.note(failure.message)
      return failure.status.rawValue
    case let code as ExitCode:
      return code.rawValue
    case let error as StoreError:
      Output.note(String(describing: error))
      if case .diskFull = error { return ExitStatus.temporary.rawValue }
      if case .noRoom = error { return ExitStatus.temporary.rawValue }
      if case .busy = error { return ExitStatus.temporary.rawValue }
      return ExitStatus.failure.rawValue
    case let error as SyncError:
      Output.note(String(describing: error))
      return Engine.status(of: error).rawValue
    case let error as LinkError:
      Output.note(String(describing: error))
      return Engine.status(of: error).rawValue
    default:
      let code = RadRelayCommand.exitCode(for: error)
      let text = RadRelayCommand.fullMessage(for: error)
      if code == .success {
        Output.block(text)
        return ExitStatus.ok.rawValue
      }
      StandardStream.write(Data((text + "\n").utf8), to: STDERR_FILENO)
      return code == .validationFailure ? ExitStatus.usage.rawValue : ExitStatus.failure.rawValue
    }
  }
}

/// A command that takes the whole screen.
protocol ScreenCommand {
  /// Runs on the thread that becomes the interface's, before others exist; returns the exit status.
  func runOnScreen() throws -> Int32
}

/// `radrelay` itself.
struct RadRelayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "radrelay",
    abstract: "Send DICOM studies, follow reports, learn from cases, in a terminal.",
    discussion: """
      Without a subcommand it opens the full-screen program. Exit status: 0 done, 1 failure, \
      2 usage, 3 login needed, 4 offline (queued and safe), 5 conflict, 6 partly done, 7 refused, \
      8 not found, 75 temporary failure of this machine.
      """,
    version: Version.text,
    subcommands: [
      OpenCommand.self, LoginCommand.self, LogoutCommand.self, TotpCommand.self,
      StatusCommand.self, SyncCommand.self, AgentCommand.self, WatchCommand.self,
      ReceiveCommand.self, UploadCommands.self,
      TemplateCommand.self, QueueCommand.self,
      ReceiptCommand.self, ReportsCommand.self,
      ViewCommand.self, DicomCommand.self, ImageCommand.self, DoctorCommand.self, DemoCommand.self,
    ],
    defaultSubcommand: OpenCommand.self)
}

/// The version of both programs.
enum Version {
  static let text = "0.1.0"
}
