import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization
import Wire

/// Answers one request; faults first.
struct FaultResponder {
  let desk: FaultDesk

  struct Cut: Error {}

  func respond(to incoming: Request) async throws -> Response {
    var request = incoming
    let path = request.uri.path
    let base = Routes.base
    guard path.hasPrefix(base) else { return problem(404, "Not Found") }
    let parts = path.dropFirst(base.count).split(separator: "/").map(String.init)
    let name = route(request.method, parts)
    desk.state.withLock { $0.requests["\(request.method.rawValue) \(name)", default: 0] += 1 }
    if request.method == .get, name == "stream" { return try await stream(request) }
    let body = Data(try await request.collectBody(upTo: 64 << 20).readableBytesView)

    if name == "chunk", desk.fires(.cutsChunkRequest) { return cut("") }
    if desk.fires(.neverAnswers) {
      try await Task.sleep(for: .seconds(60))
      throw Cut()
    }
    if name == "complete", desk.fires(.freezesAtComplete) {
      desk.state.withLock { $0.frozenUntil = .now.advanced(by: .milliseconds(500)) }
    }
    while let until = desk.state.withLock({ $0.frozenUntil }), until > .now {
      try await Task.sleep(until: until)
    }
    if let failure = general(name, request.uri.string) { return failure }
    let answer = try answer(request, name: name, parts: parts, body: body)
    for (fault, route) in [
      (Fault.cutsInitAnswer, "init"), (.cutsChunkAnswer, "chunk"),
      (.cutsCompleteAnswer, "complete"), (.cutsStatusAnswer, "status"),
    ] where name == route && desk.fires(fault) {
      return cut("{\"upload")
    }
    return answer
  }

  private func route(_ method: HTTPRequest.Method, _ parts: [String]) -> String {
    switch (parts.first, parts.count) {
    case ("upload", 3): parts[2]
    case ("upload", 2): parts[1]
    case ("reports", 1): "reports"
    case ("reports", 3) where parts[1] == "upload": "report"
    case ("reports", 3): "download"
    case ("notifications", 1): "notifications"
    case ("notifications", 3): "read"
    default: parts.last ?? ""
    }
  }

  /// Faults that may hit any request (but not login and capabilities, so that a test can begin).
  private func general(_ name: String, _ path: String) -> Response? {
    guard !["login", "capabilities", "me", "refresh"].contains(name) else { return nil }
    if desk.fires(.rateLimits) {
      return json(429, "{\"error\":\"Rate limit exceeded: 5 per 1 minute\"}")
    }
    if desk.fires(.rateLimitsWithRetryAfter) {
      return json(429, "{\"error\":\"slow down\"}", ["Retry-After": "3"])
    }
    if desk.fires(.unavailable) {
      return json(
        503, "{\"title\":\"Busy\",\"status\":503,\"detail\":\"try later\"}", ["Retry-After": "2"])
    }
    if desk.fires(.internalErrorAndClose) {
      return broken(status: .internalServerError, text: "Internal Server Error", whole: true)
    }
    if desk.fires(.redirectsElsewhere) {
      return json(307, "", ["Location": "http://127.0.0.2:9/api/v1/steal"])
    }
    if let failure = hostile(name, path) { return failure }
    if desk.fires(.garbage) { return json(200, "<html>proxy login page</html>") }
    if desk.fires(.hugeAnswer) {
      return Response(
        status: .ok, headers: [.contentType: "application/json"],
        body: .init { writer in
          let block = ByteBuffer(repeating: 0x20, count: 1 << 20)
          for _ in 0..<200 { try await writer.write(block) }
          try await writer.finish(nil)
        })
    }
    if desk.fires(.expiresAccess) { desk.state.withLock { $0.access = [] } }
    if desk.fires(.expiresLogin) {
      desk.state.withLock {
        $0.access = []
        $0.refresh = []
      }
    }
    if name == "chunk", desk.fires(.expiresUploadToken) {
      desk.state.withLock { state in
        for id in Array(state.sessions.keys) {
          let token = "expired-\(state.number())"
          state.sessions[id]?.token = token
        }
      }
    }
    return nil
  }

  private func answer(_ request: Request, name: String, parts: [String], body: Data) throws
    -> Response
  {
    switch name {
    case "login", "refresh", "me", "logout", "capabilities":
      return try account(request, name: name, body: body)
    case "known": return try known(request, body: body)
    case "init", "chunk", "status", "complete", "proof", "cancel", "refresh-upload-token":
      return try upload(request, name: name, id: parts.count > 1 ? parts[1] : "", body: body)
    default: return try reading(request, name: name, parts: parts)
    }
  }

  func token(_ request: Request) -> String {
    String((request.headers[.authorization] ?? "").dropFirst("Bearer ".count))
  }

  func isLoggedIn(_ request: Request) -> Bool {
    let token = token(request)
    return desk.state.withLock { $0.access.contains(token) }
  }

  /// The user whose access token the request carries.
  func caller(_ request: Request) -> String {
    let token = token(request)
    return desk.state.withLock { $0.users[token] ?? "" }
  }

  func json(_ status: Int, _ text: String, _ headers: [String: String] = [:]) -> Response {
    var fields: HTTPFields = [.contentType: "application/json"]
    for (name, value) in headers {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    return Response(
      status: .init(code: status), headers: fields,
      body: .init(byteBuffer: ByteBuffer(string: text)))
  }

  func encoded(_ value: some Encodable, status: Int = 200) throws -> Response {
    json(status, String(decoding: try JSONEncoder().encode(value), as: UTF8.self))
  }

  func problem(_ status: Int, _ detail: String) -> Response {
    json(status, "{\"detail\":\"\(detail)\"}")
  }

  /// The beginning of an answer, then the connection breaks.
  func cut(_ text: String) -> Response { broken(status: .ok, text: text, whole: false) }

  private func broken(status: HTTPResponse.Status, text: String, whole: Bool) -> Response {
    Response(
      status: status, headers: [.contentType: whole ? "text/plain" : "application/json"],
      body: .init(contentLength: whole ? text.utf8.count : 500) { writer in
        try await writer.write(ByteBuffer(string: text))
        if whole { try await writer.finish(nil) }
        throw Cut()
      })
  }
}
