import Foundation
import ServiceLifecycle

/// Ends, and with it the gateway, when the standard input closes. A program that holds the other
/// end of the pipe thereby takes the gateway with it, however it dies.
struct StandardInputWatch: Service {
  func run() async throws {
    let (closed, continuation) = AsyncStream<Void>.makeStream()
    let source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO)
    source.setEventHandler {
      var byte: UInt8 = 0
      if read(STDIN_FILENO, &byte, 1) <= 0 { continuation.finish() }
    }
    source.resume()
    await cancelWhenGracefulShutdown {
      for await _ in closed {}
    }
    source.cancel()
  }
}
