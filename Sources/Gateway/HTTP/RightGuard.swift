import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Wire

/// Lets only those through who may see every study, and records what they asked the archive for.
struct RightGuard: RouterMiddleware {
  typealias Context = GatewayContext
  let auth: AuthService
  let audit: any AuditCatalogue

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let caller = try await auth.caller(request)
    guard caller.user.role.rights.contains(.seeAll) else {
      throw GatewayProblem(
        .forbidden, .forbidden, "Only those who may see every study may use the archive.")
    }
    let response = try await next(request, context)
    if response.status.kind == .successful {
      // Before the first byte of the answer goes out.
      try await audit.append([event(request, context, caller)])
    }
    return response
  }

  /// UIDs are written as far as they are some; queries hold names and are not.
  private func event(_ request: Request, _ context: Context, _ caller: Caller) -> AuditEvent {
    let path = ["study", "series", "instance"].compactMap { context.parameters.get($0) }
    let isSearch =
      ["studies", "series", "instances"].contains {
        (context.endpointPath ?? "").hasSuffix("/\($0)")
      }
    let action: AuditAction =
      request.method == .post ? .store : isSearch ? .search : .retrieve
    return AuditEvent(
      at: auth.configuration.now(), actor: caller.user.username, address: context.address, action,
      entity: "study", path.allSatisfy(Name.isUID) ? path.joined(separator: "/") : "?")
  }
}
