import Foundation
import TestSupport
import Testing

extension ClientScreen {
  /// Opens the wizard on a folder, from the list of uploads.
  /// - Parameter content: what it shows of the folder before it is read.
  func openWizard(
    _ folder: URL, shows content: String, isolation: isolated (any Actor)? = #isolation
  ) async throws {
    type("a")
    try await see("Add uploads")
    type("/")
    try await see("Enter go there")
    type("\u{15}\(folder.path)\r")
    // What is typed before the folder is listed would be about the one before.
    try await see("the folder") {
      !$0.text.contains("Enter go there") && $0.text.contains(content)
    }
  }

  /// Sends a folder through the wizard, from the list of uploads and back to it. Its words are
  /// here, and nowhere else in the tests of long journeys.
  /// - Parameters:
  ///   - content: what the wizard shows of the folder before it is read.
  ///   - found: what it shows of its studies.
  ///   - history: makes it a STAT, for this reason.
  ///   - review: what the last step says before it is queued.
  func queue(
    _ folder: URL, shows content: String, finds found: String, history: String? = nil,
    review: String? = nil, isolation: isolated (any Actor)? = #isolation
  ) async throws {
    try await openWizard(folder, shows: content)
    type("n")
    // The steps above the list say "2 studies", too.
    try await see("all of it is read, \(found)") {
      $0.text.contains("\(found) of ") && $0.text.contains("Read ")
        && !$0.text.contains("Reading")
    }
    type("n")
    try await see("How urgent")
    if let history {
      // Each key is awaited: it does not depend on how quickly the program draws.
      for _ in 0..<6 where !text.contains("STAT") {
        let before = text
        type("\u{1B}[D")
        try await see("another level") { $0.text != before }
      }
      try await see("needed for STAT")
      type("\r")
      try await see("Enter done")
      type("\(history)\r")
      try await see("the history") { !$0.text.contains("needed for STAT") }
    }
    type("n")
    try await see("Enter queue")
    if let review { try await see(review) }
    type("\r")
    try await see("the list") { !$0.text.contains("Add uploads") }
  }
}
