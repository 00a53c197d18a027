import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Wire

/// `/notifications/…` except the stream.
struct NotificationRoutes: Sendable {
  let auth: AuthService
  let notifications: any NotificationCatalogue
  let configuration: GatewayConfiguration

  func add(to group: RouterGroup<GatewayContext>) {
    group.get { request, _ in
      let user = try await auth.caller(request).user
      let query = request.uri.queryParameters
      let unreadOnly = query["unread_only"].map { ["true", "1"].contains($0.lowercased()) }
      let (page, unread) = try await notifications.notifications(
        of: user.id, unreadOnly: unreadOnly ?? false, window: try Window(query))
      return JSON.response(
        Page(
          notifications: page.rows.map { Plain($0.message(user: user.id.rawValue)) },
          unreadCount: unread, total: page.total))
    }
    group.patch("read-all") { request, _ in
      let user = try await auth.caller(request).user
      let count = try await notifications.markAllRead(of: user.id, now: configuration.now())
      return JSON.response(["count": count])
    }
    group.patch(":id/read") { request, context in
      let user = try await auth.caller(request).user
      let id = context.parameters.get("id") ?? ""
      guard Name.isUUID(id),
        try await notifications.markRead(
          NotificationID(id), of: user.id, now: configuration.now())
      else { throw GatewayProblem(.notFound, .notFound, "Notification not found") }
      return JSON.response(["status": "success"])
    }
  }

  private struct Page: Encodable {
    var notifications: [Plain<NotificationMessage>]
    var unreadCount, total: Int
    private enum CodingKeys: String, CodingKey {
      case notifications, total
      case unreadCount = "unread_count"
    }
  }
}
