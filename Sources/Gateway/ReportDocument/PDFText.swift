public import Foundation
import Subprocess

/// Text out of a PDF by `pdftotext` of poppler-utils, a child process with limits: a PDF from
/// outside may be built to harm its reader.
public enum PDFText {
  static let maximumText = 500_000
  static let deadline = Duration.seconds(20)

  /// Nil when `pdftotext` is not installed, fails, or takes too long.
  ///
  /// The document goes in by standard input: no name of it appears anywhere.
  public static func read(_ pdf: Data) async -> String? {
    try? await withThrowingTaskGroup(of: String?.self) { group in
      group.addTask { try await run(pdf) }
      group.addTask {
        try await Task.sleep(for: deadline)
        return nil
      }
      // Cancelling ends the child.
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }

  private static func run(_ pdf: Data) async throws -> String? {
    // 10 s of processor time, 1 GiB of memory, no file written.
    let result = try await Subprocess.run(
      .name("prlimit"),
      arguments: [
        "--cpu=10", "--as=1073741824", "--fsize=0", "--", "pdftotext", "-enc", "UTF-8", "-layout",
        "-", "-",
      ],
      input: .array(Array(pdf)), output: .string(limit: maximumText), error: .discarded)
    guard result.terminationStatus.isSuccess else { return nil }
    // Pages end with form feeds.
    return result.standardOutput.replacing("\u{0C}", with: "\n")
  }
}
