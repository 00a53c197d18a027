import Domain
import Foundation
import GRDB
import HTTPTypes
import Testing
import Wire

@testable import Gateway
@testable import GatewayEmbedded

/// Why people decided against safeguards, and what a facility does without.
@Suite struct ReasonTests {
  private func reasons(_ gateway: TestGateway) async throws -> [String] {
    try await gateway.catalogue.auditRows(AuditQuery(action: "upload.reason", limit: 1_000))
      .map { "\($0.actor) \($0.entityID) \($0.detail)" }
  }

  /// Once for an upload, however often it is opened; a new reason is added.
  @Test func eachReasonIsWrittenOnce() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      let files = try TestFile.slices(1)
      var request = client.manifest(files, force: true)
      request.reasons = [
        ReasonMessage(kind: "duplicate_forced", text: "lost in the PACS"),
        ReasonMessage(kind: "mixed_patients", text: "Zwillinge, \u{1F9D2}"),
      ]
      let upload = try await client.begin(request, token)
      for _ in 1...3 {
        #expect(try await client.begin(request, token).uploadID == upload.uploadID)
      }
      request.reasons?.append(ReasonMessage(kind: "identity_changed", text: "typing error"))
      _ = try await client.begin(request, token)
      let id = upload.uploadID
      #expect(
        try await reasons(gateway) == [
          "anna \(id) duplicate_forced: lost in the PACS",
          "anna \(id) mixed_patients: Zwillinge, \u{1F9D2}",
          "anna \(id) identity_changed: typing error",
        ])
      // Other files under the same client id: refused, and nothing is recorded.
      var other = client.manifest(try TestFile.slices(2), force: true)
      other.reasons = [ReasonMessage(kind: "duplicate_forced", text: "another")]
      #expect(try await client.post("/api/v1/upload/init", other, token: token).status == 409)
      #expect(try await reasons(gateway).count == 3)
    }
    let report = try AuditFile(gateway.folder.database).verify()
    #expect(report.finding == nil && report.unnoted == 0)
  }

  /// The words are covered by the chain: they cannot be changed or taken away unseen.
  @Test(arguments: ["'other words'", "''"])
  func aChangedReasonIsFound(value: String) async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      var request = client.manifest(try TestFile.slices(1), force: true)
      request.reasons = [ReasonMessage(kind: "duplicate_forced", text: "lost")]
      _ = try await client.begin(request, token)
    }
    let row = try #require(
      try await gateway.catalogue.auditRows(AuditQuery(action: "upload.reason")).first)
    let database = try DatabaseQueue(path: gateway.folder.database.path)
    try await database.write { database in
      try database.execute(sql: "DROP TRIGGER audit_keep")
      try database.execute(
        sql: "UPDATE audit SET detail = \(value) WHERE number = ?", arguments: [row.number])
    }
    #expect(try AuditFile(gateway.folder.database).verify().finding == .changed(row.number))
  }

  @Test func otherReasonsAreRefusedByName() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      func refusal(_ reasons: [ReasonMessage]) async throws -> String {
        var request = client.manifest(try TestFile.slices(1))
        request.reasons = reasons
        let answer = try await client.post("/api/v1/upload/init", request, token: token)
        #expect(answer.status == 422)
        return answer.text
      }
      let good = ReasonMessage(kind: "duplicate_forced", text: "why")
      #expect(
        try await refusal([good, ReasonMessage(kind: "felt_like_it", text: "x")])
          .contains("reasons.[1].kind"))
      for text in ["", " \n", String(repeating: "x", count: 501)] {
        #expect(
          try await refusal([ReasonMessage(kind: "mixed_patients", text: text)])
            .contains("reasons.[0].text"))
      }
      #expect(
        try await refusal(Array(repeating: good, count: 9)).contains("reasons has more than 8"))
    }
    #expect(try await reasons(gateway).isEmpty)
  }

  /// STAT and emergency need a history from clients that announce their files, unless the facility
  /// does without; the login is told.
  @Test func aFacilityMayDoWithoutHistory() async throws {
    for isRequired in [true, false] {
      let gateway = try await TestGateway(withoutHistory: isRequired ? ["North"] : ["South"])
      try await gateway.user("ben", facility: "South")
      try await gateway.run { client in
        let token = try await client.login("ben").accessToken
        let me = try await client.send(.get, "/api/v1/auth/me", token: token).decode(MeAnswer.self)
        #expect(me.clinicalHistoryRequired == isRequired)
        for level in ["stat", "emergency"] {
          var request = client.manifest(try TestFile.slices(1), client: level, level: level)
          request.clinicalHistory = " \n"
          let answer = try await client.post("/api/v1/upload/init", request, token: token)
          #expect(answer.status == (isRequired ? 422 : 200), "\(answer.text)")
          if isRequired { #expect(answer.text.contains("clinical_history")) }
          request.clinicalHistory = "Fall, drowsy."
          #expect(
            try await client.post("/api/v1/upload/init", request, token: token).status == 200)
        }
        // Nothing is asked of a routine study, nor of a plain RelayPACS client.
        let routine = client.manifest(try TestFile.slices(1), client: "r")
        #expect(
          try await client.post("/api/v1/upload/init", routine, token: token).status == 200)
        var plain = client.manifest(try TestFile.slices(1), level: "stat")
        plain.clinicalHistory = nil
        plain.files = nil
        plain.clientUploadID = nil
        plain.forceUpload = true
        #expect(try await client.post("/api/v1/upload/init", plain, token: token).status == 200)
      }
    }
  }
}
