import Domain
public import Foundation
import Synchronization
import Wire

/// One JSON line a request: time, method, route template, status, milliseconds, trace id. Nothing
/// that could name a patient passes through here.
public struct AccessLog: Sendable {
  private let write: @Sendable (Data) -> Void

  /// - Parameter write: takes one line with its end.
  public init(_ write: @escaping @Sendable (Data) -> Void) { self.write = write }

  /// To the standard error output.
  public static let standardError = AccessLog { line in
    StandardStream.write(line, to: STDERR_FILENO)
  }
  /// Nowhere.
  public static let none = AccessLog { _ in }

  func write(method: String, route: String, status: Int, seconds: Double, trace: String) {
    let line = Line(
      time: WireDate(Date()).text(zone: "Z"), method: method, route: route, status: status,
      ms: (seconds * 100_000).rounded() / 100, trace: trace)
    write(JSON.encode(line) + Data([10]))
  }

  private struct Line: Encodable {
    var time, method, route: String
    var status: Int
    var ms: Double
    var trace: String
  }
}
