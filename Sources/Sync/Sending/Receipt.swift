import Foundation
import Wire

/// What the `complete` of a plain RelayPACS gateway is worth: only the receipt text tells.
enum Receipt {
  enum Meaning: Sendable, Equatable {
    /// The gateway says that the PACS took everything; it cannot prove it.
    case success(String)
    /// The PACS did not take everything, or nothing; in words.
    case loss(String)
  }

  /// - Parameter fileCount: what was sent.
  static func meaning(of answer: CompleteAnswer, fileCount: Int) -> Meaning {
    let receipt = answer.pacsReceiptID ?? ""
    let shown = String(receipt.prefix(80).filter { $0.isASCII && !$0.isWhitespace })
    let again = "Your files are untouched; press retry to send the study again."
    if receipt.hasPrefix("PARTIAL-"), let counts = counts(receipt), let of = counts.of {
      return .loss(
        "Only \(counts.stored) of \(of) instances reached the PACS; the gateway does not say which "
          + "is missing. \(again)")
    }
    guard answer.status == "success" else {
      let why = answer.warnings.first.map { ": " + String($0.prefix(200)) } ?? ""
      return .loss(
        answer.status == "partial_success"
          ? "The gateway could not hand the study to the PACS and has deleted what it had\(why). "
            + again
          : "The gateway refused the study\(why). \(again)")
    }
    guard receipt.hasPrefix("STOW-SUCCESS-") || receipt.hasPrefix("FALLBACK-SUCCESS-") else {
      return .loss(
        "The gateway says success without a receipt that says so\(shown.isEmpty ? "" : " (\(shown))"). "
          + again)
    }
    if answer.failedFiles > 0 || answer.processedFiles < fileCount {
      return .loss(
        "The gateway took only \(max(0, min(answer.processedFiles, fileCount) - answer.failedFiles)) "
          + "of \(fileCount) files. \(again)")
    }
    if let counts = counts(receipt), counts.stored < (counts.of ?? fileCount) {
      return .loss("Only \(counts.stored) of \(fileCount) instances reached the PACS. \(again)")
    }
    return .success(
      "The gateway says that it is complete (\(shown)); it cannot prove it instance by instance.")
  }

  /// `…-28/29` or `…-29` at the end.
  private static func counts(_ receipt: String) -> (stored: Int, of: Int?)? {
    guard let tail = receipt.split(separator: "-").last else { return nil }
    let numbers = tail.split(separator: "/", omittingEmptySubsequences: false)
    guard numbers.count <= 2, let stored = numbers.first.flatMap({ Int($0) }) else { return nil }
    if numbers.count == 1 { return (stored, nil) }
    guard let of = Int(numbers[1]) else { return nil }
    return (stored, of)
  }
}
