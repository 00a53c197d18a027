import CLinux
import Domain
import Foundation

/// Asks for a password without showing it.
enum PasswordPrompt {
  /// The first line of the standard input, for scripts.
  static func fromStandardInput() throws -> String {
    guard let line = readLine(strippingNewline: true), !line.isEmpty else {
      throw CommandFailure(
        "--password-stdin expects the password as the first line of the standard input.", .usage)
    }
    return line
  }

  /// Asks at the terminal.
  static func ask(_ question: String) throws -> String {
    guard isatty(STDIN_FILENO) == 1 else {
      throw CommandFailure(
        "There is no terminal to ask for the password; use --password-stdin.", .usage)
    }
    StandardStream.write(Data(question.utf8), to: STDERR_FILENO)
    var before = termios()
    tcgetattr(STDIN_FILENO, &before)
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
      StandardStream.write(Data("\n".utf8), to: STDERR_FILENO)
    }
    guard let line = readLine(strippingNewline: true), !line.isEmpty else {
      throw CommandFailure("No password was given.", .usage)
    }
    return line
  }
}
