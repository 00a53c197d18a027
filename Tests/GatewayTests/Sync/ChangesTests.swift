import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite struct ChangesTests {
  private func send(_ client: TestClient, _ token: String, _ index: Int) async throws -> InitAnswer
  {
    let study = "2.25.500\(index)"
    let files = try TestFile.slices(1, study: study)
    let upload = try await client.begin(
      client.manifest(files, client: "c\(index)", study: study), token)
    try await client.sendAll(files, upload)
    _ = try await client.complete(upload)
    return upload
  }

  @Test func everyRoleSeesWhatItMay() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("clin", .clinician)
    try await gateway.user("clin2", .clinician)
    try await gateway.user("tech", .radiographer)
    try await gateway.user("south", .radiographer, facility: "South")
    try await gateway.user("rad", .radiologist, facility: "South")
    try await gateway.run { client in
      let token = try await client.login("clin").accessToken
      _ = try await send(client, token, 1)
      await gateway.settle()
      func counts(_ name: String) async throws -> [Int] {
        let token = try await client.login(name).accessToken
        let changes = try await client.send(.get, "/sync/changes", token: token)
          .decode(ChangesAnswer.self).changes
        return [
          changes.compactMap(\.upload).count, changes.compactMap(\.report).count,
          changes.compactMap(\.notification).count,
        ]
      }
      #expect(try await counts("clin") == [1, 1, 1])
      #expect(try await counts("clin2") == [0, 0, 0])
      #expect(try await counts("tech") == [1, 1, 0])
      #expect(try await counts("south") == [0, 0, 0])
      #expect(try await counts("rad") == [1, 1, 0])
    }
  }

  @Test func aCursorMissesNothingAndRepeatsNothing() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      for index in 0..<4 { _ = try await send(client, token, index) }
      var seen: [Int64] = []
      var after: Int64 = 0
      var hasMore = true
      while hasMore {
        let page = try await client.send(
          .get, "/sync/changes?after=\(after)&limit=3", token: token
        ).decode(ChangesAnswer.self)
        seen += page.changes.map(\.revision)
        after = page.next
        hasMore = page.hasMore
      }
      #expect(seen == seen.sorted() && Set(seen).count == 8 && seen.count == 8)
      let empty = try await client.send(.get, "/sync/changes?after=\(after)", token: token)
        .decode(ChangesAnswer.self)
      #expect(empty.changes.isEmpty && empty.next == after && !empty.hasMore)
      await gateway.settle()
      await gateway.settle()
      let later = try await client.send(.get, "/sync/changes?after=\(after)", token: token)
        .decode(ChangesAnswer.self)
      #expect(
        later.changes.compactMap(\.upload).map(\.state) == Array(repeating: "verified", count: 4))
      for query in ["after=-1", "after=x", "limit=0", "limit=1001"] {
        #expect(
          try await client.send(.get, "/sync/changes?\(query)", token: token).status == 422)
      }
    }
  }

  /// Over a real connection, since the stream lives with it.
  @Test func theStreamTellsAndResumes() async throws {
    let gateway = try await TestGateway(configure: { $0.heartbeat = 0.05 })
    try await gateway.user("anna")
    let application = Application(
      router: gateway.server.router(),
      configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      logger: Logger(label: "test"))
    try await application.test(.live) { live in
      let client = TestClient(client: live)
      let port = try #require(live.port)
      let token = try await client.login("anna").accessToken
      let upload = try await send(client, token, 1)
      let path = "http://127.0.0.1:\(port)/api/v1/notifications/stream"
      let stream = try await ChildProcess.start("curl", ["-sN", "\(path)?token=\(token)"])
      // Lines end with CRLF here, so the output is searched as a whole.
      func wait(_ child: ChildProcess, _ text: String) async throws {
        try await Wait.until("'\(text)' on the stream") { child.output.contains(text) }
      }
      try await wait(stream, "Connected to notifications")
      try await wait(stream, "{\"count\":0}")
      try await wait(stream, ": heartbeat")
      await gateway.settle()
      try await wait(stream, "event: notification")
      try await wait(stream, "\"type\":\"upload_complete\"")
      #expect(stream.output.contains(upload.uploadID))
      #expect(stream.output.contains("\"related_report_id\":null"))
      try await wait(stream, "event: changed")
      try await wait(stream, "{\"revision\"")
      let id = try #require(
        stream.output.split(whereSeparator: \.isNewline).last { $0.hasPrefix("id: ") })
      await stream.stop()
      // From before the notification: it comes again. From after: it does not.
      let revision = try #require(Int64(id.dropFirst(4)))
      func resumed(_ revision: Int64) async throws -> ChildProcess {
        try await ChildProcess.start(
          "curl",
          ["-sN", "-H", "Last-Event-ID: \(revision)", "-H", "Authorization: Bearer \(token)", path])
      }
      let early = try await resumed(0)
      try await wait(early, "upload_complete")
      await early.stop()
      let late = try await resumed(revision)
      try await wait(late, ": heartbeat")
      #expect(!late.output.contains("upload_complete"))
      await late.stop()
      let refused = try await ChildProcess.run(
        "curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", path])
      #expect(refused.output == "401")
    }
  }

  @Test func theBusKeepsOneHint() async throws {
    let gateway = try await TestGateway()
    let bus = gateway.server.parts.bus
    let anna = UserID("a")
    let north = FacilityID("n")
    let own = bus.hints(for: .own(anna))
    let other = bus.hints(for: .own(UserID("b")))
    let all = bus.hints(for: .all(UserID("r")))
    for revision in 1...100 {
      bus.publish(
        ChangeHint(
          revision: Int64(revision), owner: anna, facility: north, isPrivate: revision == 100))
    }
    bus.publish(ChangeHint(revision: 101, owner: UserID("b"), facility: north, isPrivate: false))
    var iterator = own.makeAsyncIterator()
    #expect(await iterator.next() == 100)
    iterator = other.makeAsyncIterator()
    #expect(await iterator.next() == 101)
    iterator = all.makeAsyncIterator()
    #expect(await iterator.next() == 101)
  }
}
