import Domain
import HTTPTypes
import Hummingbird
import Wire

/// Lets only those through who may see every study.
struct RightGuard: RouterMiddleware {
  typealias Context = GatewayContext
  let auth: AuthService

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let caller = try await auth.caller(request)
    guard caller.user.role.rights.contains(.seeAll) else {
      throw GatewayProblem(
        .forbidden, .forbidden, "Only those who may see every study may use the archive.")
    }
    return try await next(request, context)
  }
}
