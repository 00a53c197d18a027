import Foundation
import NIOHTTP1
import Sync
public import Wire

extension GatewayClient {
  public func login(_ request: LoginRequest) async throws -> TokenPair {
    try await json(TokenPair.self, .POST, Routes.login, body: request)
  }

  public func refresh(_ refreshToken: String) async throws -> TokenPair {
    try await json(
      TokenPair.self, .POST, Routes.refresh, body: RefreshRequest(refreshToken: refreshToken))
  }

  public func logout(_ refreshToken: String) async throws {
    _ = try await raw(.POST, Routes.logout, body: LogoutRequest(token: refreshToken), deadline: 10)
  }

  public func me(access: String) async throws -> MeAnswer {
    try await json(MeAnswer.self, .GET, Routes.me, token: access)
  }

  public func setUpSecondFactor(access: String) async throws -> SecondFactorSetup {
    try await json(SecondFactorSetup.self, .POST, Routes.secondFactorSetup, token: access)
  }

  public func enableSecondFactor(_ request: SecondFactorEnable, access: String) async throws
    -> SecondFactorEnabled
  {
    try await json(
      SecondFactorEnabled.self, .POST, Routes.secondFactorEnable, body: request, token: access)
  }

  public func disableSecondFactor(_ request: SecondFactorDisable, access: String) async throws {
    _ = try await raw(.POST, Routes.secondFactorDisable, body: request, token: access)
  }

  public func capabilities() async throws -> Capabilities? {
    do {
      return try await json(Capabilities.self, .GET, Routes.capabilities)
    } catch LinkError.notFound {
      return nil
    }
  }
}
