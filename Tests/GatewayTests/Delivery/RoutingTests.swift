import Domain
import Foundation
import Testing
import Wire

@testable import Gateway
@testable import GatewayEmbedded

/// Facilities with a PACS of their own.
@Suite struct RoutingTests {
  private func send(
    _ name: String, _ client: TestClient, of files: [TestFile]
  ) async throws -> InitAnswer {
    let token = try await client.login(name).accessToken
    let upload = try await client.begin(client.manifest(files), token)
    try await client.sendAll(files, upload)
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
      _ = try await send("anna", client, of: files)
      await gateway.settle()
      #expect(gateway.archive.storedInstances == 2)
      #expect(south.storedInstances == 0)
      // The same instances, of another facility: another PACS.
      let second = try await send("ben", client, of: files)
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
      let dead = try await send("ben", client, of: files)
      // Its breaker opens.
      for _ in 0..<6 {
        await gateway.settle()
        gateway.advance(100)
      }
      #expect(try await client.proof(dead).state == "forwarding")
      let living = try await send("anna", client, of: files)
      await gateway.settle()
      #expect(try await client.proof(living).state == "verified")
      #expect(try await client.proof(dead).instances.allSatisfy { $0.state == "stored" })
      south.change { $0.isReachable = true }
      gateway.advance(4_000)
      await gateway.settle()
      #expect(try await client.proof(dead).state == "verified")
    }
  }
}
