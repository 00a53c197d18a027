import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization
import Wire

extension FaultResponder {
  /// login, refresh (rotating), me, logout, capabilities.
  func account(_ request: Request, name: String, body: Data) throws -> Response {
    switch name {
    case "login":
      let login = try JSONDecoder().decode(LoginRequest.self, from: body)
      guard login.password == "secret" else {
        return problem(401, "Incorrect username or password")
      }
      return try encoded(issue(for: login.username))
    case "refresh":
      let old = try JSONDecoder().decode(RefreshRequest.self, from: body).refreshToken
      // Rotating, with grace: the one before works until its successor was used.
      let isKnown = desk.state.withLock { state in
        if let parent = state.refreshParents.removeValue(forKey: old) {
          state.refresh.remove(parent)
        }
        return state.refresh.contains(old)
      }
      guard isKnown else { return problem(401, "Invalid refresh token") }
      return try encoded(issue(for: user(of: old), after: old))
    case "me":
      guard isLoggedIn(request) else { return problem(401, "Invalid or expired token") }
      let name = caller(request)
      return try encoded(
        MeAnswer(
          id: "user-\(name)", username: name, email: nil, fullName: name.capitalized,
          role: "radiographer",
          isActive: true, createdAt: nil, facilityID: desk.extensions ? "f-1" : nil,
          facilityName: desk.extensions ? "Clinic" : nil))
    case "logout": return json(200, "{\"message\":\"Successfully logged out\"}")
    default:
      guard desk.extensions else { return problem(404, "Not Found") }
      return try encoded(
        Capabilities(
          product: "fault", version: "1",
          // It keeps no templates.
          extensions: Capabilities.Extension.allCases.filter { $0 != .templates }.map(\.rawValue),
          limits: .init(
            minimumChunk: 1, maximumChunk: 10 << 20, defaultChunk: desk.chunkSize,
            maximumStudyBytes: 2 << 30, maximumFiles: 20_000, sessionSeconds: 86_400),
          sopLookup: .init(maximum: 3, studies: 2)))
    }
  }

  private func user(of token: String) -> String {
    desk.state.withLock { $0.users[token] ?? "" }
  }

  private func issue(for user: String, after parent: String? = nil) -> TokenPair {
    desk.state.withLock { state in
      let pair = TokenPair(
        accessToken: "access-\(state.number())", refreshToken: "refresh-\(state.number())")
      state.access.insert(pair.accessToken)
      state.refresh.insert(pair.refreshToken)
      state.users[pair.accessToken] = user
      state.users[pair.refreshToken] = user
      if let parent { state.refreshParents[pair.refreshToken] = parent }
      return pair
    }
  }

  /// Reports, notifications, changes.
  func reading(_ request: Request, name: String, parts: [String]) throws -> Response {
    guard isLoggedIn(request) else { return problem(401, "Not authenticated") }
    let query = request.uri.queryParameters
    let limit = query["limit"].flatMap { Int($0) } ?? 50
    let offset = query["offset"].flatMap { Int($0) } ?? 0
    switch name {
    case "reports":
      let rows = desk.state.withLock {
        Array($0.reports.reversed().dropFirst(offset).prefix(limit))
      }
      return try encoded(ReportPage(reports: rows, total: rows.count))
    case "report":
      let found = desk.state.withLock { $0.reports.first { $0.uploadID == parts[2] } }
      return try found.map { try encoded($0) } ?? json(200, "null")
    case "download":
      let found = desk.state.withLock { $0.reports.first { $0.id == parts[1] } }
      guard found?.status == "ready" else {
        return problem(404, "Report PDF not yet available. Status: assigned")
      }
      return Response(
        status: .ok, headers: [.contentType: "application/pdf"],
        body: .init(byteBuffer: ByteBuffer(string: "%PDF-1.4\nhello\n%%EOF\n")))
    case "notifications":
      let rows = desk.state.withLock { Array($0.notifications.dropFirst(offset).prefix(limit)) }
      return try encoded(
        NotificationPage(
          notifications: rows, unreadCount: rows.count { !$0.isRead }, total: rows.count))
    case "read-all":
      desk.state.withLock { state in
        for index in state.notifications.indices { state.notifications[index].isRead = true }
      }
      return json(200, "{\"count\":1}")
    case "read":
      // A plain RelayPACS fails at this, always.
      guard desk.extensions else { return json(500, "Internal Server Error") }
      desk.state.withLock { state in
        for index in state.notifications.indices where state.notifications[index].id == parts[1] {
          state.notifications[index].isRead = true
        }
      }
      return json(200, "{}")
    case "changes":
      guard desk.extensions else { return problem(404, "Not Found") }
      let after = query["after"].flatMap { Int64($0) } ?? 0
      let (rows, last) = desk.state.withLock { state in
        (
          state.changes.filter { $0.revision > after }.prefix(limit), state.changes.last?.revision
        )
      }
      let next = rows.last?.revision ?? after
      return try encoded(
        ChangesAnswer(changes: Array(rows), next: next, hasMore: next < (last ?? 0)))
    default: return problem(404, "Not Found")
    }
  }

  /// The event stream: `connected`, then whatever the test sends.
  func stream(_ request: Request) async throws -> Response {
    guard isLoggedIn(request) else { return problem(401, "Not authenticated") }
    let lastID = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }
    let (events, sender) = AsyncStream<String>.makeStream()
    let number = desk.state.withLock { state in
      state.lastEventIDs.append(lastID)
      let number = state.number()
      state.streams[number] = sender
      return number
    }
    sender.yield(
      "event: connected\r\ndata: {\"message\":\"Connected to notifications\"}\r\n\r\n")
    let desk = desk
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8"],
      body: .init { writer in
        defer { _ = desk.state.withLock { $0.streams.removeValue(forKey: number) } }
        for await text in events {
          if text == "CUT" { throw Cut() }
          try await writer.write(ByteBuffer(string: text))
        }
        try await writer.finish(nil)
      })
  }
}
