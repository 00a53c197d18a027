public import Hummingbird
import NIOCore

/// What a request carries through the gateway.
public struct GatewayContext: RequestContext {
  public var coreContext: CoreRequestContextStorage
  /// The address that the connection comes from, without port; `?` in tests without a network.
  public let address: String

  public init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    address = source.channel.remoteAddress?.ipAddress ?? "?"
  }

  /// Bodies are read by ``JSON``, which has its own bound.
  public var maxUploadSize: Int { 1 << 20 }
}
