import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import Wire

/// `GET /notifications/stream`: server-sent events (WHATWG HTML 9.2). What goes out is read from
/// the change log after each hint, so a slow client gets fewer, larger steps and misses nothing.
struct EventStream: Sendable {
  let auth: AuthService
  let log: any ChangeLog
  let notifications: any NotificationCatalogue
  let accounts: any AccountCatalogue
  let bus: any EventBus
  let configuration: GatewayConfiguration
  let metrics: GatewayMetrics

  func add(to group: RouterGroup<GatewayContext>) {
    group.get("stream") { request, _ in
      let caller = try await auth.streamCaller(request)
      let last = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }
        .flatMap { Int64($0) }
      // Listening begins before the position is read: nothing falls between.
      let hints = bus.hints(for: caller.scope)
      let newest = try await log.revision()
      let start = last.map { max(0, min($0, newest)) } ?? newest
      let body = request.body
      return Response(
        status: .ok,
        headers: [
          .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store",
          Self.buffering: "no",
        ],
        body: .init { [self] writer in
          metrics.change("relay_sse_clients", by: 1)
          defer { metrics.change("relay_sse_clients", by: -1) }
          try await body.consumeWithCancellationOnInboundClose { _ in
            try await run(caller, hints, from: start, resumed: last != nil, &writer)
          }
          try await writer.finish(nil)
        })
    }
  }

  private static let buffering = HTTPField.Name("X-Accel-Buffering") ?? .cacheControl

  private enum Beat { case hint, tick }

  private func run(
    _ caller: Caller, _ hints: AsyncStream<Int64>, from start: Int64, resumed: Bool,
    _ writer: inout any ResponseBodyWriter
  ) async throws {
    let user = caller.user.id
    try await writer.write(
      event("connected", ["message": "Connected to notifications"]))
    try await writer.write(
      event("unread_count", ["count": try await notifications.unreadCount(of: user)]))
    var position = start
    if resumed { try await send(caller.scope, &position, &writer) }
    let (beats, source) = AsyncStream.makeStream(
      of: Beat.self, bufferingPolicy: .bufferingNewest(4))
    let interval = configuration.heartbeat
    let feeder = Task {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { for await _ in hints { source.yield(.hint) } }
        group.addTask {
          while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(interval))
            source.yield(.tick)
          }
        }
      }
    }
    defer { feeder.cancel() }
    try await withGracefulShutdownHandler {
      try await follow(beats, caller, &position, &writer)
    } onGracefulShutdown: {
      source.finish()
    }
  }

  private func follow(
    _ beats: AsyncStream<Beat>, _ caller: Caller, _ position: inout Int64,
    _ writer: inout any ResponseBodyWriter
  ) async throws {
    let interval = configuration.heartbeat
    var quiet = 0.0
    for await beat in beats {
      if Task.isCancelled { return }
      switch beat {
      case .hint:
        quiet = 0
        try await send(caller.scope, &position, &writer)
      case .tick:
        guard try await accounts.account(id: caller.user.id)?.isActive == true else { return }
        try await writer.write(ByteBuffer(string: ": heartbeat\n\n"))
        quiet += interval
        if quiet >= 30 {
          quiet = 0
          try await writer.write(event("heartbeat", ["timestamp": "alive"]))
        }
      }
    }
  }

  /// Everything since the position: a `notification` for each new one, then one `changed`.
  private func send(
    _ scope: Scope, _ position: inout Int64, _ writer: inout any ResponseBodyWriter
  ) async throws {
    var last = position
    var hasMore = true
    while hasMore {
      let answer = try await log.changes(after: last, scope: scope, limit: 200)
      for change in answer.changes {
        guard let notice = change.notification, !notice.isRead else { continue }
        let message = NotificationEvent(
          id: notice.id, type: notice.notificationType, title: notice.title,
          message: notice.message, relatedUploadID: notice.relatedUploadID,
          relatedReportID: notice.relatedReportID, createdAt: notice.createdAt)
        try await writer.write(event("notification", Plain(message)))
      }
      last = answer.next
      hasMore = answer.hasMore
    }
    guard last > position else { return }
    position = last
    try await writer.write(event("changed", ChangedEvent(revision: last), id: last))
  }

  private func event(_ name: String, _ data: some Encodable, id: Int64? = nil) -> ByteBuffer {
    var text = "event: \(name)\r\n"
    if let id { text += "id: \(id)\r\n" }
    text += "data: \(String(decoding: JSON.encode(data), as: UTF8.self))\r\n\r\n"
    return ByteBuffer(string: text)
  }
}
