public import NIOCore

/// Lets a connection that brings many bytes be read in large pieces: each piece costs a change of
/// threads on its way to whoever writes it down. A connection begins with small ones.
public final class LargeReads: ChannelInboundHandler, RemovableChannelHandler {
  public typealias InboundIn = NIOAny
  /// Bytes of one read at most.
  static let most = 262_144

  public init() {}

  public func handlerAdded(context: ChannelHandlerContext) {
    // A kind of connection that does not know the option is read as it always was.
    context.channel.setOption(
      .recvAllocator,
      value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 2_048, maximum: Self.most)
    ).whenFailure { _ in }
    context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
  }
}
