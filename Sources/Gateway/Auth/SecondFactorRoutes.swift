import Hummingbird
import Wire

/// `/auth/2fa/…`, below `/api/v1` only, as RelayPACS has it.
struct SecondFactorRoutes: Sendable {
  let auth: AuthService

  func add(to group: RouterGroup<GatewayContext>) {
    group.post("setup") { request, _ in
      let caller = try await auth.caller(request)
      return JSON.response(try await auth.setUpSecondFactor(caller.user))
    }
    group.post("enable") { request, context in
      let caller = try await auth.caller(request)
      let body = try await JSON.decode(SecondFactorEnable.self, from: request, limit: 16_384)
      return JSON.response(
        try await auth.enableSecondFactor(body, caller.user, address: context.address))
    }
    group.post("disable") { request, context in
      let caller = try await auth.caller(request)
      let body = try await JSON.decode(SecondFactorDisable.self, from: request, limit: 16_384)
      try await auth.disableSecondFactor(body, caller.account, address: context.address)
      return JSON.response(SecondFactorDisabled())
    }
  }
}
