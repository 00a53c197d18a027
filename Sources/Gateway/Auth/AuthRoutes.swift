import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Wire

/// `/auth/…`.
struct AuthRoutes: Sendable {
  let auth: AuthService
  let uploads: any UploadCatalogue

  func add(to group: RouterGroup<GatewayContext>) {
    group.post("login") { request, context in
      let body = try await JSON.decode(LoginRequest.self, from: request, limit: 16_384)
      return JSON.response(try await auth.login(body, address: context.address))
    }
    group.post("register") { request, context in
      let body = try await JSON.decode(RegisterRequest.self, from: request, limit: 16_384)
      let pair = try await auth.register(body, address: context.address)
      return JSON.response(pair, status: .created)
    }
    group.post("refresh") { request, context in
      let body = try await JSON.decode(RefreshRequest.self, from: request, limit: 16_384)
      return JSON.response(try await auth.refresh(body, address: context.address))
    }
    group.post("logout") { request, context in
      let body = try await JSON.decode(LogoutRequest.self, from: request, limit: 16_384)
      try await auth.logout(body, address: context.address)
      return JSON.response(["message": "Successfully logged out"])
    }
    group.get("me") { request, _ in
      let account = try await auth.caller(request).account
      let factor = try await auth.catalogue.secondFactor(of: account.user.id)
      return JSON.response(Plain(me(account, hasSecondFactor: factor?.secret != nil)))
    }
    group.post("refresh-upload-token") { request, _ in
      let caller = try await auth.caller(request)
      guard let text = request.uri.queryParameters["upload_id"] else {
        throw GatewayProblem.invalid("Query item upload_id is missing.")
      }
      guard let upload = try await uploads.upload(UploadID(String(text))),
        upload.state != .cancelled
      else { throw GatewayProblem.noSession }
      guard upload.owner == caller.user.id else {
        throw GatewayProblem(.forbidden, .forbidden, "The upload belongs to another user.")
      }
      let token = try await auth.tokens.upload(
        upload.id, user: caller.user, lifetime: auth.configuration.uploadTokenLifetime)
      return JSON.response(UploadTokenAnswer(uploadToken: token))
    }
  }

  private func me(_ account: Account, hasSecondFactor: Bool) -> MeAnswer {
    let user = account.user
    return MeAnswer(
      id: user.id.rawValue, username: user.username, email: account.email,
      fullName: user.fullName.isEmpty ? nil : user.fullName, role: user.role.rawValue,
      isActive: account.isActive, createdAt: WireDate(account.createdAt),
      facilityID: user.facility.id.rawValue, facilityName: user.facility.name,
      twoFactorEnabled: hasSecondFactor,
      clinicalHistoryRequired: !auth.configuration.facilitiesWithoutHistory
        .contains(user.facility.id))
  }
}
