import Domain
import Foundation
import Screen

/// Where commands print: text for people, one JSON object a line for programs.
enum Output {
  /// Prints one object as one line; keys sorted, so that the bytes are stable.
  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    var data = try encoder.encode(value)
    data.append(0x0A)
    write(data)
  }

  /// Prints a line that is safe already: JSON escapes control characters, cells were cleaned.
  static func raw(_ line: String) {
    write(Data((line + "\n").utf8))
  }

  /// Prints several lines, each made safe.
  static func block(_ text: String) {
    for part in text.split(separator: "\n", omittingEmptySubsequences: false) { line(String(part)) }
  }

  /// Prints a line for people. Text from files and servers is made safe for the terminal.
  static func line(_ text: String = "") {
    write(Data((SafeText.clean(text) + "\n").utf8))
  }

  /// Prints a message for people beside the result.
  static func note(_ text: String) {
    StandardStream.write(Data((SafeText.clean(text) + "\n").utf8), to: STDERR_FILENO)
  }

  /// When nobody reads on (`| head`), the command ends quietly, as SIGPIPE would end it; what is
  /// queued is safe.
  private static func write(_ data: Data) {
    if !StandardStream.write(data, to: STDOUT_FILENO), errno == EPIPE { exit(128 + SIGPIPE) }
  }

  /// Prints rows as aligned columns on a terminal, as tab-separated values otherwise.
  static func table(_ header: [String], _ rows: [[String]]) {
    let safe = rows.map { $0.map(SafeText.clean) }
    guard isatty(STDOUT_FILENO) == 1 else {
      for row in [header] + safe { raw(row.joined(separator: "\t")) }
      return
    }
    let widths = header.indices.map { column in
      ([header] + safe).map { SafeText.width($0.count > column ? $0[column] : "") }.max() ?? 0
    }
    for row in [header] + safe {
      let cells = row.enumerated().map { column, text in
        let padding = widths[column] - SafeText.width(text)
        return column == row.count - 1 ? text : text + String(repeating: " ", count: padding)
      }
      raw(cells.joined(separator: "  "))
    }
  }
}
