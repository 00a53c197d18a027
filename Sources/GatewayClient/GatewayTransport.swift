import AsyncHTTPClient
public import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Sync

/// The connections to gateways, shared by all links of a process. TLS by the system's trust.
public final class GatewayTransport: Sendable {
  /// Seconds that things may take.
  public struct Limits: Sendable, Equatable {
    /// To connect, TLS included.
    public var connect: Double
    /// For a small request, whole.
    public var request: Double
    /// For `complete`: a plain gateway forwards to its PACS before it answers.
    public var complete: Double
    /// Fixed part of a chunk's allowance.
    public var chunk: Double
    /// Silence on the event stream that means that the link is dead.
    public var eventSilence: Double

    public init(
      connect: Double = 10, request: Double = 30, complete: Double = 600, chunk: Double = 20,
      eventSilence: Double = 40
    ) {
      self.connect = connect
      self.request = request
      self.complete = complete
      self.chunk = chunk
      self.eventSilence = eventSilence
    }
  }

  let client: HTTPClient
  let limits: Limits
  let now: @Sendable () -> Date

  /// - Parameter now: the clock for `Retry-After` dates.
  public init(limits: Limits = Limits(), now: @escaping @Sendable () -> Date = { Date() }) {
    self.limits = limits
    self.now = now
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .nanoseconds(Int64(limits.connect * 1_000_000_000))),
      decompression: .disabled)
    configuration.connectionPool.idleTimeout = .seconds(30)
    // A refused connection is an answer: the engine decides when to try again, and says so.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 72
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  /// Closes all connections. Nothing may be sent afterwards.
  public func shutdown() async { try? await client.shutdown() }
}
