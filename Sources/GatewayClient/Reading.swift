import Foundation
import NIOHTTP1
import Sync
public import Wire

extension GatewayClient {
  public func reports(limit: Int, offset: Int, access: String) async throws -> ReportPage {
    try await json(
      ReportPage.self, .GET, Routes.reports,
      query: [("limit", String(limit)), ("offset", String(offset))], token: access,
      limit: 32 << 20)
  }

  public func report(ofUpload upload: String, access: String) async throws -> ReportMessage? {
    try await json(
      ReportMessage?.self, .GET, Routes.reportOfUpload(try segment(upload)), token: access,
      limit: 4 << 20)
  }

  public func notifications(limit: Int, offset: Int, access: String) async throws
    -> NotificationPage
  {
    try await json(
      NotificationPage.self, .GET, Routes.notifications,
      query: [("limit", String(limit)), ("offset", String(offset))], token: access, limit: 8 << 20)
  }

  public func changes(after revision: Int64, limit: Int, access: String) async throws
    -> ChangesAnswer
  {
    try await json(
      ChangesAnswer.self, .GET, Routes.changes,
      query: [("after", String(revision)), ("limit", String(limit))], token: access,
      limit: 64 << 20)
  }

  public func markRead(_ notification: String, access: String) async throws {
    _ = try await raw(
      .PATCH, Routes.notificationRead(try segment(notification)), token: access)
  }

  public func markAllRead(access: String) async throws {
    _ = try await raw(.PATCH, Routes.notificationsReadAll, token: access)
  }
}
