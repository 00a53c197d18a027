public import Workstation

/// Reads images and makes the pictures that the viewer asks for.
public protocol ViewerService: Sendable {
  /// What came of the requests; to be iterated once.
  var answers: AsyncStream<ViewerAnswer> { get }
  /// Takes a request and returns at once.
  func send(_ request: ViewerRequest)
}

/// Why the files of a study cannot be named.
public struct ViewerProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// In words, with what to do.
  public var description: String
  public init(_ description: String) { self.description = description }
}
