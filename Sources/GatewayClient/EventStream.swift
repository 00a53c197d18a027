import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
public import Sync
import Synchronization
import Wire

extension GatewayClient {
  public func events(after lastEventID: String?, access: String)
    -> AsyncThrowingStream<GatewayEvent, any Error>
  {
    let (stream, continuation) = AsyncThrowingStream<GatewayEvent, any Error>.makeStream(
      // Events are hints; whoever is slow needs the newest.
      bufferingPolicy: .bufferingNewest(256))
    let task = Task { [transport, address] in
      do {
        try await transport.translated {
          try await listen(
            transport, address, after: lastEventID, access: access, continuation: continuation)
        }
        continuation.finish(throwing: LinkError.unreachable("the event stream ended"))
      } catch {
        continuation.finish(throwing: error)
      }
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }
}

/// Reads the stream until it ends, fails or is silent for too long.
private func listen(
  _ transport: GatewayTransport, _ address: GatewayOrigin, after lastEventID: String?,
  access: String, continuation: AsyncThrowingStream<GatewayEvent, any Error>.Continuation
) async throws {
  var exchange = Exchange(
    path: Routes.base + Routes.events, headers: [("Accept", "text/event-stream")], token: access,
    deadline: transport.limits.request)
  if let id = lastEventID, id.utf8.count <= 256, id.utf8.allSatisfy({ (0x20...0x7E) ~= $0 }) {
    exchange.headers.append(("Last-Event-ID", id))
  }
  let opening = exchange
  let response = try await withDeadline(exchange.deadline) {
    try await transport.send(opening, origin: address)
  }
  guard response.status == .ok else { throw try await transport.refusal(of: response) }
  let type = response.headers.first(name: "content-type") ?? ""
  guard type.lowercased().hasPrefix("text/event-stream") else {
    throw LinkError.malformed("the event stream is \(type.prefix(40))")
  }
  let heard = LastHeard()
  let silence = Duration.seconds(transport.limits.eventSilence)
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask {
      var parser = EventParser()
      for try await bytes in response.body {
        heard.note()
        for event in try parser.take(bytes.readableBytesView) { continuation.yield(event) }
      }
    }
    group.addTask {
      while true {
        let quiet = heard.quiet
        if quiet >= silence { throw LinkError.timedOut }
        try await Task.sleep(for: silence - quiet)
      }
    }
    defer { group.cancelAll() }
    try await group.next()
  }
}

/// When the last byte came.
private final class LastHeard: Sendable {
  private let instant = Mutex(ContinuousClock.now)
  func note() { instant.withLock { $0 = .now } }
  var quiet: Duration { instant.withLock { $0.duration(to: .now) } }
}
