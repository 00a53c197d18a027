import Domain
import Foundation
import HTTPTypes
import Testing
import Wire

@testable import Gateway

@Suite struct AuthTests {
  @Test func passwordsAreSaltedAndCompared() async throws {
    let hasher = try PasswordHasher(cost: 4)
    let one = try await hasher.hash("Correct-Horse-9")
    let two = try await hasher.hash("Correct-Horse-9")
    #expect(one != two)
    #expect(one.hasPrefix("scrypt$4$8$1$"))
    #expect(try await hasher.verify("Correct-Horse-9", against: one))
    #expect(try await !hasher.verify("correct-horse-9", against: one))
    #expect(try await !hasher.verify("decoy", against: nil))
    for broken in ["", "scrypt$4$8$1$$", "scrypt$99$8$1$AAAA$AAAA", "plain"] {
      #expect(try await !hasher.verify("", against: broken))
    }
  }

  @Test func loginIsLimitedAndTellsNothing() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      let wrong = LoginRequest(username: "anna", password: "no")
      let unknown = LoginRequest(username: "nobody", password: "no")
      let one = try await client.post("/auth/login", wrong)
      let two = try await client.post("/auth/login", unknown)
      #expect(one.status == 401 && one.body == two.body)
      for _ in 2...5 { #expect(try await client.post("/auth/login", wrong).status == 401) }
      let limited = try await client.post("/auth/login", wrong)
      #expect(limited.status == 429)
      #expect(limited.headers[.retryAfter].flatMap { Int($0) } ?? 0 > 0)
      #expect(limited.text.contains("\"error\""))
      gateway.advance(61)
      _ = try await client.login("anna")
    }
  }

  @Test func nobodyMakesHimselfMoreThanHeIs() async throws {
    let closed = try await TestGateway()
    @Sendable func body(_ role: String?) -> RegisterRequest {
      RegisterRequest(
        username: "eve", email: "eve@example.org", password: TestGateway.password, role: role)
    }
    try await closed.run { client in
      let answer = try await client.post("/auth/register", body(nil))
      #expect(answer.status == 403)
    }
    let open = try await TestGateway(configure: { $0.openRegistration = true })
    try await open.run { client in
      for role in ["admin", "facility_admin", "radiologist", "Admin"] {
        #expect(try await client.post("/auth/register", body(role)).status == 403, "\(role)")
      }
      let weak = RegisterRequest(username: "eve", email: "e@x", password: "short", role: nil)
      let refused = try await client.post("/auth/register", weak)
      #expect(refused.status == 422 && !refused.text.contains("short\""))
      let made = try await client.post("/auth/register", body(nil))
      #expect(made.status == 201)
      let token = try made.decode(TokenPair.self).accessToken
      let me = try await client.send(.get, "/auth/me", token: token).decode(MeAnswer.self)
      #expect(me.role == "clinician")
      #expect(try await client.post("/auth/register", body(nil)).status == 400)
    }
  }

  @Test func refreshTokensRotateAndAnOldOneEndsTheLogin() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      func refresh(_ token: String) async throws -> TestClient.Answer {
        try await client.post("/auth/refresh", RefreshRequest(refreshToken: token))
      }
      let first = try await client.login("anna")
      let second = try await refresh(first.refreshToken).decode(TokenPair.self)
      // The answer may have been lost: the token before is taken for a while.
      let again = try await refresh(first.refreshToken)
      #expect(again.status == 200)
      let third = try await refresh(second.refreshToken).decode(TokenPair.self)
      #expect(
        try await client.send(.get, "/auth/me", token: third.accessToken).status == 200)
      // Two generations old: somebody has a copy.
      #expect(try await refresh(first.refreshToken).status == 401)
      #expect(try await refresh(third.refreshToken).status == 401)
      #expect(
        try await client.send(.get, "/auth/me", token: third.accessToken).status == 401)
    }
  }

  @Test func graceEnds() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      let first = try await client.login("anna")
      let body = RefreshRequest(refreshToken: first.refreshToken)
      #expect(try await client.post("/auth/refresh", body).status == 200)
      gateway.advance(3_601)
      #expect(try await client.post("/auth/refresh", body).status == 401)
    }
  }

  @Test func tokensExpireAndAreNotInterchangeable() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      let pair = try await client.login("anna")
      #expect(
        try await client.send(.get, "/auth/me", token: pair.refreshToken).status == 401)
      let asAccess = RefreshRequest(refreshToken: pair.accessToken)
      #expect(try await client.post("/auth/refresh", asAccess).status == 401)
      // In the query only where a browser cannot do otherwise.
      #expect(
        try await client.send(.get, "/reports/?token=\(pair.accessToken)").status == 401)
      let tampered = pair.accessToken.dropLast(6) + "AAAAAA"
      #expect(
        try await client.send(.get, "/auth/me", token: String(tampered)).status == 401)
      gateway.advance(901)
      #expect(
        try await client.send(.get, "/auth/me", token: pair.accessToken).status == 401)
    }
  }

  @Test func uploadTokensOpenTheirOwnSessionOnly() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.user("bert")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      let one = try await client.begin(client.manifest(try TestFile.slices(1)), token)
      let two = try await client.begin(
        client.manifest(try TestFile.slices(2), client: "c2"), token)
      let path = "/upload/\(two.uploadID)/status"
      #expect(try await client.send(.get, path, token: one.uploadToken).status == 403)
      #expect(try await client.send(.get, path, token: two.uploadToken).status == 200)
      #expect(try await client.send(.get, path).status == 401)
      #expect(try await client.send(.get, "/auth/me", token: one.uploadToken).status == 401)
      // A colleague of the facility may look, not write.
      let other = try await client.login("bert").accessToken
      #expect(try await client.send(.get, path, token: other).status == 200)
      let chunk = "/upload/\(two.uploadID)/chunk?chunk_index=0&file_id=f1"
      #expect(
        try await client.send(.put, chunk, token: other, body: Data([1])).status == 403)
      #expect(
        try await client.send(
          .post, "/auth/refresh-upload-token?upload_id=\(two.uploadID)", token: other
        ).status == 403)
    }
  }
}
