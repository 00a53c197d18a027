import Foundation
import Screen
import Testing

/// Screens as text files beside the tests, under `Golden/`. With `UPDATE_GOLDEN=1` in the
/// environment they are written anew; look at the difference before you commit it.
///
/// A file holds the rows without trailing blanks. Wide characters stand as themselves.
enum GoldenScreen {
  /// The rows of a buffer as text.
  static func text(_ buffer: CellBuffer) -> String {
    var lines: [String] = []
    for y in 0..<buffer.size.height {
      var line = buffer.row(y).map(\.text).joined()
      while line.last == " " { line.removeLast() }
      lines.append(line)
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Compares a buffer with `Golden/<name>.txt`.
  static func expect(
    _ buffer: CellBuffer, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Golden/\(name).txt")
    let actual = text(buffer)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      do {
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try actual.write(to: file, atomically: true, encoding: .utf8)
      } catch {
        Issue.record("cannot write \(file.path): \(error)", sourceLocation: sourceLocation)
      }
      return
    }
    guard let expected = try? String(contentsOf: file, encoding: .utf8) else {
      Issue.record(
        "no golden screen \(name); write it with UPDATE_GOLDEN=1", sourceLocation: sourceLocation)
      return
    }
    #expect(actual == expected, "\(name)\n\(actual)", sourceLocation: sourceLocation)
  }
}
