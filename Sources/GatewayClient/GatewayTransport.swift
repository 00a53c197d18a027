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
    /// Without a sign of life for what was sent, after which a connection is given up: the address
    /// changed, or the other end is gone without a word.
    public var silence: Double

    public init(
      connect: Double = 10, request: Double = 30, complete: Double = 600, chunk: Double = 20,
      eventSilence: Double = 40, silence: Double = 12
    ) {
      self.connect = connect
      self.request = request
      self.complete = complete
      self.chunk = chunk
      self.eventSilence = eventSilence
      self.silence = silence
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
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 128
    // Each request has a connection of its own: where packets get lost, one that is stuck must not
    // hold up the others, as the streams of one HTTP/2 connection would.
    configuration.httpVersion = .http1Only
    let silence = limits.silence
    configuration.http1_1ConnectionDebugInitializer = { Self.bound($0, seconds: silence) }
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  /// Linux gives a silent connection up after a quarter of an hour otherwise (tcp(7)).
  private static func bound(_ channel: any Channel, seconds: Double) -> EventLoopFuture<Void> {
    #if os(Linux)
      let option = ChannelOptions.Types.SocketOption(
        level: SocketOptionLevel(IPPROTO_TCP), name: SocketOptionName(TCP_USER_TIMEOUT))
      // A system that does not know it waits longer.
      return channel.setOption(option, value: SocketOptionValue(seconds * 1_000))
        .flatMapError { _ in channel.eventLoop.makeSucceededVoidFuture() }
    #else
      return channel.eventLoop.makeSucceededVoidFuture()
    #endif
  }

  /// Closes all connections. Nothing may be sent afterwards.
  public func shutdown() async { try? await client.shutdown() }
}
