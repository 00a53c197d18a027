import Domain
import Foundation
import Hummingbird
import Wire

/// `/sync/…`.
struct ChangeRoutes: Sendable {
  let auth: AuthService
  let log: any ChangeLog
  let audit: any AuditCatalogue
  let configuration: GatewayConfiguration

  func add(to group: RouterGroup<GatewayContext>) {
    group.get("changes") { request, context in
      let caller = try await auth.caller(request)
      let query = request.uri.queryParameters
      let after = query["after"].map { Int64($0) } ?? 0
      let limit = query["limit"].map { Int($0) } ?? 200
      guard let after, let limit, after >= 0, (1...1_000).contains(limit) else {
        throw GatewayProblem.invalid(
          "Query items after (0 or more) and limit (1 … 1000) must be whole numbers.")
      }
      let answer = try await log.changes(
        after: after, scope: caller.scope, facility: caller.user.facility.id, limit: limit)
      // The way by which workstations read reports: once for each of their revisions.
      let now = configuration.now()
      try await audit.append(
        answer.changes.compactMap(\.report).map { report in
          AuditEvent(
            at: now, actor: caller.user.username, address: context.address, .readReport,
            entity: "report", report.id)
        })
      return JSON.response(answer)
    }
  }
}
