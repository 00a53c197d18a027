import Domain
import Foundation
import Testing
import Wire

@testable import Gateway
@testable import GatewayEmbedded

/// Facilities with a PACS of their own.
@Suite struct RoutingTests {
  private func open(
    _ files: [TestFile], _ client: TestClient, as token: String
  ) async throws -> InitAnswer {
    let upload = try await client.begin(client.manifest(files), token)
    try await client.sendAll(files, upload)
    return upload
  }

  private func send(
    _ files: [TestFile], _ client: TestClient, as token: String
  ) async throws -> InitAnswer {
    let upload = try await open(files, client, as: token)
    _ = try await client.complete(upload)
    return upload
  }

  @Test func eachFacilityGoesToItsOwnPACS() async throws {
    let south = ScriptedArchive()
    let gateway = try await TestGateway(archives: ["South": south])
    try await gateway.user("anna", facility: "North")
    try await gateway.user("ben", facility: "South")
    try await gateway.run { client in
      let files = try TestFile.slices(2)
      _ = try await send(files, client, as: client.login("anna").accessToken)
      await gateway.settle()
      #expect(gateway.archive.storedInstances == 2)
      #expect(south.storedInstances == 0)
      // The same instances, of another facility: another PACS.
      let second = try await send(files, client, as: client.login("ben").accessToken)
      await gateway.settle()
      #expect(gateway.archive.storedInstances == 2)
      #expect(south.storedInstances == 2)
      #expect(try await client.proof(second).state == "verified")
    }
  }

  @Test func aDeadPACSHoldsUpItsOwnFacilityOnly() async throws {
    let south = ScriptedArchive()
    south.change { $0.isReachable = false }
    let gateway = try await TestGateway(archives: ["South": south])
    try await gateway.user("anna", facility: "North")
    try await gateway.user("ben", facility: "South")
    try await gateway.run { client in
      let files = try TestFile.slices(2)
      let living = try await open(files, client, as: client.login("anna").accessToken)
      let dead = try await send(files, client, as: client.login("ben").accessToken)
      // Its breaker opens.
      for _ in 0..<6 {
        await gateway.settle()
        gateway.advance(100)
      }
      #expect(try await client.proof(dead).state == "forwarding")
      _ = try await client.complete(living)
      await gateway.settle()
      #expect(try await client.proof(living).state == "verified")
      #expect(try await client.proof(dead).instances.allSatisfy { $0.state == "stored" })
      south.change { $0.isReachable = true }
      gateway.advance(4_000)
      await gateway.settle()
      // His tokens have ended by now.
      #expect(try await gateway.catalogue.upload(UploadID(dead.uploadID))?.state == .verified)
    }
  }
}
