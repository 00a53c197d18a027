import Domain
import Foundation
import HTTPTypes
import Testing
import Wire

@testable import Gateway
@testable import GatewayEmbedded

/// `/templates/{id}` and what of it comes with `/sync/changes`.
@Suite struct TemplateTests {
  private static let id = "00000000-0000-4000-8000-00000000000a"

  private func edit(
    _ values: [TemplateField: String], scope: String = "user", edit: Int = 1,
    base: TemplateValues? = nil, version: Int64 = 0, at date: Date = Date()
  ) -> TemplateEdit {
    TemplateEdit(
      editID: "00000000-0000-4000-8000-0000000000e\(edit)", scope: scope, base: base,
      version: version, values: TemplateValues(values), changedAt: WireDate(date))
  }

  private func put(
    _ client: TestClient, _ token: String, _ edit: TemplateEdit, id: String = TemplateTests.id
  ) async throws -> TestClient.Answer {
    try await client.send(
      .put, "/api/v1/templates/\(id)", token: token, body: JSON.encode(edit))
  }

  private func changes(_ client: TestClient, _ token: String) async throws -> [TemplateMessage] {
    try await client.send(.get, "/api/v1/sync/changes", token: token)
      .decode(ChangesAnswer.self).changes.compactMap(\.template)
  }

  @Test func ownTemplatesAreOnesOwn() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.user("bert")
    try await gateway.user("rad", .radiologist)
    try await gateway.run { client in
      let anna = try await client.login("anna").accessToken
      let bert = try await client.login("bert").accessToken
      let rad = try await client.login("rad").accessToken
      let known = try await client.send(.get, "/api/v1/capabilities").decode(Capabilities.self)
      #expect(known.has(.templates))
      let wanted = edit([.name: " Brain CT ", .serviceLevel: "stat", .modality: "ct"])
      let made = try await put(client, anna, wanted).decode(TemplateAnswer.self)
      #expect(made.template.version == 1 && made.template.changedBy == "anna")
      #expect(
        made.template.values
          == TemplateValues([.name: "Brain CT", .serviceLevel: "stat", .modality: "CT"]))
      // A lost answer: the same again changes nothing.
      #expect(try await put(client, anna, wanted).decode(TemplateAnswer.self) == made)
      #expect(try await changes(client, anna) == [made.template])
      // Whatever else they may see.
      #expect(try await changes(client, bert).isEmpty)
      #expect(try await changes(client, rad).isEmpty)
      let other = edit([.name: "Mine now", .serviceLevel: "stat"], edit: 2)
      #expect(try await put(client, bert, other).status == 404)
      let path = "/api/v1/templates/\(Self.id)"
      #expect(try await client.send(.delete, "\(path)?version=9", token: bert).status == 404)
      #expect(try await client.send(.delete, "\(path)?version=9").status == 401)
      #expect(try await changes(client, anna) == [made.template])
      let gone = try await client.send(.delete, "\(path)?version=1", token: anna)
        .decode(TemplateAnswer.self)
      #expect(gone.template.isDeleted && gone.template.version == 2)
      #expect(try await changes(client, anna) == [gone.template])
    }
  }

  @Test func facilityTemplatesAreOfItsAdministrators() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("clin", .clinician)
    try await gateway.user("chief", .facilityAdmin)
    try await gateway.user("rad", .radiologist)
    try await gateway.user("south", .facilityAdmin, facility: "South")
    try await gateway.user("root", .admin, facility: "South")
    try await gateway.run { client in
      let clin = try await client.login("clin").accessToken
      let chief = try await client.login("chief").accessToken
      let rad = try await client.login("rad").accessToken
      let south = try await client.login("south").accessToken
      let root = try await client.login("root").accessToken
      let wanted = edit([.name: "Ward", .serviceLevel: "stat"], scope: "facility")
      for token in [clin, rad] {
        let refused = try await put(client, token, wanted)
        #expect(refused.status == 403 && refused.code == .forbidden)
      }
      let made = try await put(client, chief, wanted).decode(TemplateAnswer.self)
      for token in [clin, chief, rad] {
        #expect(try await changes(client, token) == [made.template])
      }
      // Another facility neither sees nor changes it, its administrator of everything included.
      for token in [south, root] {
        #expect(try await changes(client, token).isEmpty)
        #expect(
          try await put(
            client, token,
            edit([.name: "Taken", .serviceLevel: "stat"], scope: "facility", edit: 2)
          ).status == 404)
        #expect(
          try await client.send(
            .delete, "/api/v1/templates/\(Self.id)?version=9", token: token
          ).status == 404)
      }
      #expect(
        try await client.send(.delete, "/api/v1/templates/\(Self.id)?version=9", token: clin)
          .status == 403)
      #expect(try await changes(client, clin) == [made.template])
      let rows = try await gateway.catalogue.auditRows(AuditQuery())
      let refused = rows.filter { $0.action == "access.refused" }
      #expect(refused.map(\.actor) == ["clin", "rad", "clin"])
      #expect(refused.allSatisfy { $0.entityID.hasSuffix(Self.id) }, "\(refused)")
      #expect(rows.filter { $0.action == "template.saved" }.map(\.actor) == ["chief"])
    }
  }

  @Test func bothSidesOfAChangeAreKept() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      let base = TemplateValues([.name: "A", .clinicalHistory: "old"])
      let moment = Date()
      _ = try await put(client, token, edit([.name: "A", .clinicalHistory: "old"]))
      _ = try await put(
        client, token,
        edit(
          [.name: "A", .clinicalHistory: "one"], edit: 2, base: base, version: 1,
          at: moment.addingTimeInterval(-60)))
      // A clock that is a year ahead counts as now, not as next year.
      let second = edit(
        [.name: "A", .clinicalHistory: "two", .bodyPart: "HEAD"], edit: 3, base: base, version: 1,
        at: moment.addingTimeInterval(365 * 86_400))
      let answer = try await put(client, token, second).decode(TemplateAnswer.self)
      #expect(answer.template.values[.clinicalHistory] == "two")
      #expect(answer.template.values[.bodyPart] == "HEAD")
      #expect(answer.template.changedAt.date <= Date())
      let copy = try #require(answer.copy)
      #expect(copy.values[.clinicalHistory] == "one")
      #expect(copy.values[.name] == "A (from the other device)")
      let known = try await changes(client, token)
      #expect(Set(known.map(\.id)) == [Self.id, copy.id])
    }
  }

  @Test func wrongRequestsNameTheField() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      func detail(_ wanted: TemplateEdit) async throws -> String {
        let answer = try await put(client, token, wanted)
        #expect(answer.status == 422)
        return try answer.decode(Problem.self).detail
      }
      let good: [TemplateField: String] = [.name: "A", .serviceLevel: "stat"]
      let canary = "CANARY^ANNA"
      for (field, value) in [
        (TemplateField.name, ""), (.clinicalHistory, "for {{\(canary)}}"),
        (.modality, canary), (.studyDescription, String(repeating: canary, count: 9)),
      ] {
        let said = try await detail(edit(good.merging([field: value]) { $1 }))
        #expect(said.contains("values.\(field.rawValue)") && !said.contains(canary))
      }
      #expect(try await detail(edit(good, scope: "world")).contains("scope"))
      #expect(try await detail(edit(good, version: -1)).contains("version"))
      #expect(try await put(client, token, edit(good), id: "..%2f..").status == 404)
      #expect(
        try await client.send(.delete, "/api/v1/templates/\(Self.id)?version=x", token: token)
          .status == 422)
      #expect(try await changes(client, token).isEmpty)
    }
  }

  @Test func thereIsABoundOnTheirNumber() async throws {
    let gateway = try await TestGateway()
    try await gateway.user("anna")
    let user = try #require(try await gateway.catalogue.account(named: "anna")).user
    for number in 0..<TemplateLimit.count {
      _ = try await gateway.catalogue.apply(
        TemplateRequest(
          editID: "e\(number)",
          template: UploadTemplate(
            id: .make(), scope: .user,
            values: TemplateValues([.name: "T\(number)", .serviceLevel: "stat"])),
          base: nil, version: 0, changedAt: Date()), by: user, audit: nil)
    }
    try await gateway.run { client in
      let token = try await client.login("anna").accessToken
      let answer = try await put(client, token, edit([.name: "One more", .serviceLevel: "stat"]))
      #expect(answer.status == 409 && answer.text.contains("500"))
    }
  }
}
