import Domain
import Foundation
import Testing

@testable import Store

@Suite struct TemplateTests {
  let sandbox = Sandbox()

  private func login(
    _ name: String, _ role: Role = .radiographer, facility: String = "n",
    server: String = "http://g"
  ) -> Account {
    Account(
      server: server,
      user: User(
        id: UserID(name), username: name, fullName: "", role: role,
        facility: Facility(id: FacilityID(facility), name: facility.uppercased())),
      accessToken: "a-\(name)", refreshToken: "r")
  }

  private func template(
    _ name: String, _ scope: UploadTemplate.Scope = .user, id: String? = nil, level: String = "stat"
  ) -> UploadTemplate {
    UploadTemplate(
      id: TemplateID(id ?? "id-\(name)"), scope: scope,
      values: TemplateValues([.name: name, .serviceLevel: level]))
  }

  private func remote(_ template: UploadTemplate, _ version: Int64, deleted: Bool = false)
    -> RemoteTemplate
  {
    RemoteTemplate(
      template: template, version: version, changedAt: t0, changedBy: "other",
      isDeleted: deleted)
  }

  private func take(_ rows: [RemoteTemplate], _ owner: UploadOwner, _ store: Store) async throws {
    var changes = RemoteChanges()
    changes.templates = rows
    changes.owner = owner
    try await store.apply(changes, at: t0)
  }

  private func names(_ store: Store) async throws -> [String] {
    try await store.templates().map(\.template.name)
  }

  @Test func whatWasMadeWithoutALoginBecomesTheFirstUsers() async throws {
    let store = try sandbox.open()
    try await store.save(template("Early"), at: t0)
    #expect(try await names(store) == ["Early"])
    await #expect(throws: StoreError.self) {
      try await store.save(template("F", .facility), at: t0)
    }
    let anna = login("anna")
    try await store.save(anna)
    #expect(try await store.templateChanges(of: anna.owner).map(\.template.name) == ["Early"])
    // Another user sees neither it nor its change; and it is there again for the first.
    try await store.save(login("ben"))
    #expect(try await names(store).isEmpty)
    #expect(try await store.templateChanges(of: login("ben").owner).isEmpty)
    await #expect(throws: StoreError.self) { try await store.save(template("Early"), at: t0) }
    await #expect(throws: StoreError.self) {
      try await store.deleteTemplate(TemplateID("id-Early"), at: t0)
    }
    try await store.save(anna)
    #expect(try await names(store) == ["Early"])
  }

  @Test func facilityTemplatesAreOfItsAdministrators() async throws {
    let store = try sandbox.open()
    let chief = login("chief", .facilityAdmin)
    try await store.save(chief)
    try await store.save(template("Ward", .facility), at: t0)
    try await store.save(template("Mine"), at: t0)
    // A colleague at the same machine sees the facility's, and may not change it.
    try await store.save(login("anna"))
    #expect(try await names(store) == ["Ward"])
    let error = await #expect(throws: StoreError.self) {
      try await store.save(template("Ward", .facility, level: "routine"), at: t0)
    }
    #expect(error?.description.contains("only an administrator of N") == true)
    // Nor does another facility.
    try await store.save(login("eve", .facilityAdmin, facility: "south"))
    #expect(try await names(store).isEmpty)
    await #expect(throws: StoreError.self) {
      try await store.deleteTemplate(TemplateID("id-Ward"), at: t0)
    }
  }

  @Test func aChangeKeepsWhatItBeganFrom() async throws {
    let store = try sandbox.open()
    let anna = login("anna")
    try await store.save(anna)
    try await take([remote(template("A", id: "1"), 4)], anna.owner, store)
    #expect(try await store.templateChanges(of: anna.owner).isEmpty)
    for level in ["routine", "emergency"] {
      try await store.save(template("A", id: "1", level: level), at: t0)
    }
    // The same again is no change.
    let first = try await store.templateChanges(of: anna.owner)
    try await store.save(template("A", id: "1", level: "emergency"), at: t0 + 1)
    let change = try #require(try await store.templateChanges(of: anna.owner).first)
    #expect(first == [change])
    #expect(change.base == template("A").values && change.version == 4 && !change.isDeletion)
    // What comes meanwhile waits for the gateway to put both together.
    try await take([remote(template("B", id: "1"), 5)], anna.owner, store)
    #expect(try await names(store) == ["A"])
    #expect(try await store.templates().first?.waits == true)
    let merged = remote(template("B", id: "1", level: "emergency"), 6)
    try await store.templateAnswered(
      change, merged, others: [remote(template("C", id: "2"), 1)], of: anna.owner)
    #expect(try await names(store) == ["B", "C"])
    #expect(try await store.templateChanges(of: anna.owner).isEmpty)
    // Late and older rows change nothing.
    try await take([remote(template("Old", id: "1"), 5)], anna.owner, store)
    #expect(try await names(store) == ["B", "C"])
    try await take([remote(template("B", id: "1"), 7, deleted: true)], anna.owner, store)
    #expect(try await names(store) == ["C"])
  }

  @Test func whatIsChangedWhileTheAnswerComesIsNotLost() async throws {
    let store = try sandbox.open()
    let anna = login("anna")
    try await store.save(anna)
    try await store.save(template("A", id: "1"), at: t0)
    let change = try #require(try await store.templateChanges(of: anna.owner).first)
    #expect(change.base == nil && change.version == 0)
    try await store.save(template("A", id: "1", level: "routine"), at: t0 + 1)
    try await store.templateAnswered(
      change, remote(template("Renamed", id: "1"), 1), others: [], of: anna.owner)
    let next = try #require(try await store.templateChanges(of: anna.owner).first)
    #expect(next.editID != change.editID && next.version == 1)
    #expect(next.base == template("Renamed").values)
    #expect(next.template.values == template("Renamed", level: "routine").values)
  }

  @Test func aRefusedChangeStaysWithTheReason() async throws {
    let store = try sandbox.open()
    let anna = login("anna")
    try await store.save(anna)
    try await store.save(template("A"), at: t0)
    let change = try #require(try await store.templateChanges(of: anna.owner).first)
    try await store.templateRefused(change, why: "no")
    #expect(try await store.templates().map(\.problem) == ["no"])
    #expect(try await store.templateChanges(of: anna.owner).isEmpty)
    // Changed again it is told again.
    try await store.save(template("A", level: "routine"), at: t0)
    #expect(try await store.templateChanges(of: anna.owner).count == 1)
    #expect(try await store.templates().map(\.problem) == [""])
  }

  @Test func aDeletionIsToldAndCanBeTakenBack() async throws {
    let store = try sandbox.open()
    let anna = login("anna")
    try await store.save(anna)
    try await take([remote(template("A", id: "1"), 3)], anna.owner, store)
    try await store.deleteTemplate(TemplateID("1"), at: t0)
    #expect(try await names(store).isEmpty)
    let change = try #require(try await store.templateChanges(of: anna.owner).first)
    #expect(change.isDeletion && change.version == 3)
    try await store.save(template("A", id: "1"), at: t0)
    #expect(try await names(store) == ["A"])
    try await store.deleteTemplate(TemplateID("1"), at: t0)
    let again = try #require(try await store.templateChanges(of: anna.owner).first)
    try await store.templateAnswered(
      again, remote(template("A", id: "1"), 4, deleted: true), others: [], of: anna.owner)
    #expect(try await store.templateChanges(of: anna.owner).isEmpty)
    #expect(try await names(store).isEmpty)
  }

  @Test func wrongValuesAreRefusedByField() async throws {
    let store = try sandbox.open()
    let error = await #expect(throws: TemplateError.self) {
      try await store.save(template("A", level: "soon"), at: t0)
    }
    #expect(error?.field == .serviceLevel)
    #expect(try await names(store).isEmpty)
  }
}
