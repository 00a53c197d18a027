public import Wire

extension SyncEngine {
  /// A new secret for the login's account; in force only after ``enableSecondFactor(_:)``.
  public func setUpSecondFactor() async throws -> SecondFactorSetup {
    try await keeper.authorised { try await $0.setUpSecondFactor(access: $1) }
  }

  public func enableSecondFactor(_ request: SecondFactorEnable) async throws
    -> SecondFactorEnabled
  {
    try await keeper.authorised { try await $0.enableSecondFactor(request, access: $1) }
  }

  public func disableSecondFactor(_ request: SecondFactorDisable) async throws {
    try await keeper.authorised { try await $0.disableSecondFactor(request, access: $1) }
  }
}
