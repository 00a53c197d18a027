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
    var before = termios()
    tcgetattr(STDIN_FILENO, &before)
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    // After the flush: what is typed in answer must not be thrown away.
    StandardStream.write(Data(question.utf8), to: STDERR_FILENO)
    defer {
      tcsetattr(STDIN_FILENO, TCSADRAIN, &before)
      StandardStream.write(Data("\n".utf8), to: STDERR_FILENO)
    }
    guard let line = readLine(strippingNewline: true), !line.isEmpty else {
      throw CommandFailure("No password was given.", .usage)
    }
    return line
  }

  /// The next line of the standard input: the code of a second factor, after the password.
  static func codeFromStandardInput() -> String? {
    readLine(strippingNewline: true).map { $0.trimmingCharacters(in: .whitespaces) }
      .flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Asks for a code at the terminal, shown as it is typed: it is worthless in a minute.
  static func askForCode(_ question: String) -> String? {
    guard isatty(STDIN_FILENO) == 1 else { return nil }
    StandardStream.write(Data(question.utf8), to: STDERR_FILENO)
    return codeFromStandardInput()
  }
}
