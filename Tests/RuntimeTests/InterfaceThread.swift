import Foundation
import Terminal
import Testing

/// Gives the test process an interface thread, before a test that runs on it begins.
struct InterfaceThread: SuiteTrait, TestTrait, TestScoping {
  let isRecursive = true

  /// Serves the actor until the process ends.
  private static let running: Void = Thread { UIActor.serve { false } }.start()

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    Self.running
    try await function()
  }
}

extension Trait where Self == InterfaceThread {
  static var interfaceThread: Self { InterfaceThread() }
}
