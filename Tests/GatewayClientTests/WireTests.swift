import Foundation
import Sync
import TestSupport
import Testing
import Wire

@testable import GatewayClient

@Suite("Event stream parser")
struct EventParserTests {
  private let text =
    "\u{FEFF}: ping - 2026\r\n\r\nevent: connected\r\ndata: {\"a\":1}\r\n\r\n"
    + "id: 7\ndata: one\ndata:two\ndata\n\nevent: changed\rid: 8\rdata: x\r\r"
    + "id: 9\n\nretry: 2500\nretry: soon\nunknown: y\ndata: é\n\nevent: lost\ndata: never ended\n"

  private var expected: [GatewayEvent] {
    [
      GatewayEvent(id: nil, name: "connected", data: "{\"a\":1}"),
      GatewayEvent(id: "7", name: "message", data: "one\ntwo\n"),
      GatewayEvent(id: "8", name: "changed", data: "x"),
      GatewayEvent(id: nil, name: "message", data: "é"),
    ]
  }

  /// The same events, wherever the bytes are cut.
  @Test func isIndifferentToCuts() throws {
    let bytes = Array(text.utf8)
    for size in [1, 2, 3, 5, 7, 11, 64, bytes.count] {
      var parser = EventParser()
      var events: [GatewayEvent] = []
      var index = 0
      while index < bytes.count {
        events += try parser.take(bytes[index..<min(index + size, bytes.count)])
        index += size
      }
      #expect(events == expected, "cut every \(size)")
      #expect(parser.lastEventID == "9")
      #expect(parser.retry == 2.5)
    }
  }

  @Test func boundsALineAndAnEvent() {
    var parser = EventParser(limit: 100)
    #expect(throws: LinkError.self) { try parser.take(Array(repeating: 65, count: 200)) }
    var other = EventParser(limit: 100)
    #expect(throws: LinkError.self) {
      for _ in 0..<10 { _ = try other.take(Array("data: 0123456789012345678\n".utf8)) }
    }
  }
}

@Suite("What gateways answer")
struct AnswerTests {
  private func error(_ status: Int, _ body: String, retryAfter: String? = nil) -> LinkError {
    ErrorReading.error(
      status: status, retryAfter: retryAfter, contentType: nil, body: Data(body.utf8),
      now: Date(timeIntervalSince1970: 784_111_777))
  }

  /// A plain gateway says 401 and no more; ours says what is missing.
  @Test func tellsTheSecondFactorFromThePassword() {
    func problem(_ code: String) -> String {
      #"{"type":"about:blank","title":"Unauthorized","status":401,"detail":"x","code":"\#(code)"}"#
    }
    #expect(error(401, problem("SECOND_FACTOR_REQUIRED")) == .secondFactor(isWrong: false))
    #expect(error(401, problem("SECOND_FACTOR_WRONG")) == .secondFactor(isWrong: true))
    #expect(error(401, problem("UNAUTHENTICATED")) == .unauthorized("x"))
    #expect(error(401, #"{"detail":"Incorrect username or password"}"#).isTransient == false)
    #expect(error(403, problem("SECOND_FACTOR_WRONG")) == .forbidden("x"))
  }

  /// A captive portal, a proxy: said in words, tried again, and no page is quoted.
  @Test func aWebPageIsNoAnswer() async throws {
    let transport = GatewayTransport()
    let client = GatewayClient(try GatewayOrigin("http://127.0.0.1:1"), transport: transport)
    for page in ["<!DOCTYPE html><html>", "\u{FEFF}\r\n <HTML>", "<?xml version=\"1.0\"?>"] {
      let failure = #expect(throws: LinkError.self) {
        try client.decode(Capabilities.self, from: Data(page.utf8))
      }
      #expect(failure == .malformed(WebPage.words))
      #expect(failure?.isTransient == true)
    }
    #expect(throws: LinkError.malformed("not the JSON expected")) {
      try client.decode(Capabilities.self, from: Data("pages".utf8))
    }
    await transport.shutdown()
    let page = "<html><body>Log in to Hotel Wi-Fi</body></html>"
    for status in [407, 500, 502, 503, 511] {
      let failure = error(status, page)
      #expect(failure.isTransient, "\(status)")
      #expect(!failure.description.contains("<"), "\(failure)")
    }
    #expect(error(511, page).description.contains("may want a login first"))
    #expect(error(407, "").description.contains("a proxy on the way refuses"))
  }

  @Test func readsAllShapesOfErrors() {
    #expect(
      error(404, "{\"detail\":\"Upload session not found\"}")
        == .notFound("Upload session not found"))
    #expect(
      error(
        409, "{\"detail\":{\"message\":\"m\",\"code\":\"DUPLICATE_STUDY\",\"upload_id\":\"u\"}}")
        == .duplicate(uploadID: "u", message: "m"))
    #expect(error(429, "{\"error\":\"Rate limit exceeded\"}") == .rateLimited(retryAfter: nil))
    #expect(error(429, "{}", retryAfter: "17") == .rateLimited(retryAfter: 17))
    #expect(
      error(503, "{}", retryAfter: "Sun, 06 Nov 1994 08:49:40 GMT")
        == .server(status: 503, retryAfter: 3, message: ""))
    #expect(
      error(500, "Internal Server Error")
        == .server(status: 500, retryAfter: nil, message: "Internal Server Error"))
    let problem =
      "{\"type\":\"about:blank\",\"title\":\"t\",\"status\":422,\"detail\":\"d\",\"code\":\"DIGEST_MISMATCH\"}"
    #expect(error(422, problem) == .digestMismatch("d"))
    #expect(
      error(409, "{\"title\":\"t\",\"detail\":\"d\",\"code\":\"CHUNK_CONFLICT\"}")
        == .conflict(code: "CHUNK_CONFLICT", message: "d"))
    // RelayPACS echoes the input of 422, passwords included: it must not be repeated.
    let echo =
      "{\"detail\":[{\"type\":\"string_too_short\",\"loc\":[\"body\",\"password\",0],\"msg\":\"too short\",\"input\":\"hunter2\"}]}"
    #expect(error(422, echo) == .unprocessable("body.password too short"))
    // Control characters do not reach a screen or a log.
    #expect(error(404, "{\"detail\":\"a\\u001b[31mb\"}") == .notFound("a [31mb"))
  }

  @Test func readsRetryAfterDates() {
    let now = Date(timeIntervalSince1970: 784_111_777)  // 1994-11-06 08:49:37
    #expect(RetryAfter.seconds("120", now: now) == 120)
    #expect(RetryAfter.seconds("Sun, 06 Nov 1994 08:50:37 GMT", now: now) == 60)
    #expect(RetryAfter.seconds("Sunday, 06-Nov-94 08:50:37 GMT", now: now) == 60)
    #expect(RetryAfter.seconds("Sun Nov  6 08:50:37 1994", now: now) == 60)
    #expect(RetryAfter.seconds("Sun, 06 Nov 1994 08:40:37 GMT", now: now) == 0)
    #expect(RetryAfter.seconds("99999999999999999999", now: now) == nil)
    #expect(RetryAfter.seconds("soon", now: now) == nil)
    #expect(RetryAfter.seconds("-5", now: now) == nil)
  }

  @Test func allowsPlainHTTPOnlyNearby() throws {
    for near in [
      "http://localhost:8000", "http://127.0.0.1", "http://10.1.2.3:80", "http://192.168.0.9",
      "http://172.16.0.1", "http://[::1]:8080", "http://[fd00::1]", "https://relay.example.org",
      "relay.example.org", "https://relay.example.org:8443/", "http://127.0.0.1/api/v1",
    ] { _ = try GatewayOrigin(near) }
    for far in [
      "http://relay.example.org", "http://8.8.8.8", "http://172.32.0.1", "http://10.0.0.256",
      "ftp://10.0.0.1", "https://user:pw@relay.example.org", "https://relay.example.org/path", "",
      "https://", "https://a b", "https://relay.example.org?x=1", "http://localhost.evil.example",
      "https://relay.example.org:0",
    ] {
      #expect(throws: LinkError.self, "\(far)") { try GatewayOrigin(far) }
    }
    #expect(
      try GatewayOrigin("http://relay.example.org", insecure: true).text
        == "http://relay.example.org")
    #expect(try GatewayOrigin("Relay.Example.ORG:443/").text == "https://relay.example.org")
    #expect(try GatewayOrigin("localhost:9").text == "http://localhost:9")
    #expect(try GatewayOrigin("http://[::1]:8080").text == "http://[::1]:8080")
  }
}

@Suite("Client against a gateway that misbehaves", .timeLimit(.minutes(15)))
struct ClientTests {
  private func with(
    _ limits: GatewayTransport.Limits = .init(),
    _ body: (FaultGateway, GatewayClient) async throws -> Void
  ) async throws {
    let gateway = try await FaultGateway(extensions: true)
    let transport = GatewayTransport(limits: limits)
    let client = GatewayClient(try GatewayOrigin(gateway.origin), transport: transport)
    do { try await body(gateway, client) } catch {
      await transport.shutdown()
      await gateway.stop()
      throw error
    }
    await transport.shutdown()
    await gateway.stop()
  }

  @Test func boundsAnswersAndRedirects() async throws {
    try await with { gateway, client in
      let pair = try await client.login(LoginRequest(username: "ann", password: "secret"))
      gateway.arm(.hugeAnswer)
      await #expect(throws: LinkError.self) {
        try await client.changes(after: 0, limit: 10, access: pair.accessToken)
      }
      gateway.arm(.redirectsElsewhere)
      let redirect = await #expect(throws: LinkError.self) {
        try await client.changes(after: 0, limit: 10, access: pair.accessToken)
      }
      #expect(redirect?.description.contains("a redirect to another server") == true)
      #expect(redirect?.description.contains("may want a login first") == true)
      await #expect(throws: LinkError.unauthorized("Incorrect username or password")) {
        try await client.login(LoginRequest(username: "ann", password: "wrong"))
      }
      // An identifier from the gateway never becomes part of another path.
      await #expect(throws: LinkError.self) {
        try await client.proof(of: "../../auth/me", access: pair.accessToken)
      }
    }
  }

  @Test func givesUpOnAGatewayThatNeverAnswers() async throws {
    try await with { gateway, patient in
      let pair = try await patient.login(LoginRequest(username: "ann", password: "secret"))
      let transport = GatewayTransport(
        limits: .init(connect: 10, request: 0.5, eventSilence: 0.5))
      let client = GatewayClient(patient.address, transport: transport)
      gateway.arm(.neverAnswers)
      await #expect(throws: LinkError.timedOut) {
        try await client.changes(after: 0, limit: 10, access: pair.accessToken)
      }
      // A stream that connects and then says nothing is dead.
      await #expect(throws: LinkError.timedOut) {
        for try await _ in client.events(after: nil, access: pair.accessToken) {}
      }
      await transport.shutdown()
    }
  }

  @Test func nobodyThereIsUnreachable() async throws {
    let transport = GatewayTransport(limits: .init(connect: 1, request: 2))
    let client = GatewayClient(try GatewayOrigin("http://127.0.0.1:1"), transport: transport)
    let failure = await #expect(throws: LinkError.self) { try await client.capabilities() }
    #expect(failure?.isOffline == true)
    await transport.shutdown()
  }
}
