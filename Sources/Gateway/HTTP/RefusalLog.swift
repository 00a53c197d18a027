import Domain
import Foundation
import HTTPTypes
import Hummingbird

/// Records refused access (403): who wanted what.
struct RefusalLog: Sendable {
  let auth: AuthService
  let audit: any AuditCatalogue
  let configuration: GatewayConfiguration

  func record(_ request: Request, _ context: GatewayContext) async throws {
    let claims = await auth.claims(request)
    if claims == nil {
      // Somebody without a login shall not fill the log.
      let limit = configuration.rates.recordedRefusals
      guard (try? auth.limiter.take("refusal:\(context.address)", limit: limit, window: 60)) != nil
      else { return }
    }
    var entity = "\(request.method.rawValue) \(context.endpointPath ?? "unknown")"
    // The id of a row, when the route has one; anything else in a path may be anything.
    if let id = context.parameters.get("id")?.lowercased(), Name.isUUID(id) { entity += " \(id)" }
    try await audit.append([
      AuditEvent(
        at: configuration.now(), actor: claims?.actor ?? "", address: context.address, .refuse,
        entity: "route", entity, result: .refused)
    ])
  }
}
