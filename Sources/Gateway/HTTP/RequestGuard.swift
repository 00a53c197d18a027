import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Wire

/// The outermost layer: every failure becomes a problem document, every request one line of log
/// and a count. The line names the route's template, never the path, query or body.
struct RequestGuard: RouterMiddleware {
  typealias Context = GatewayContext
  let metrics: GatewayMetrics
  let log: AccessLog
  let refusals: RefusalLog

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    let trace = Self.traceID(request)
    var response: Response
    do {
      response = try await next(request, context)
    } catch let problem as GatewayProblem {
      response = problem.response()
    } catch let error as HTTPError {
      response = Self.problem(error).response()
    } catch let error as StorageError where error == .full {
      response = UploadProblems.diskFull.response()
    } catch is CancellationError {
      throw CancellationError()
    } catch let error as ArchiveError {
      response =
        GatewayProblem(
          .serviceUnavailable, .internalError,
          "The PACS cannot be asked now (\(error.words)). Try again later.", retryAfter: 30
        ).response()
    } catch  where error is ChannelError || error is IOError {
      // The caller went away in the middle of its request: nobody reads the answer.
      response = GatewayProblem(.badRequest, .invalid, "The request broke off.").response()
    } catch {
      // The type is enough to find the place; the text might hold what the caller sent.
      context.logger.error(
        "request failed", metadata: ["trace": "\(trace)", "error": "\(type(of: error))"])
      response = GatewayProblem(
        .internalServerError, .internalError,
        "The gateway could not do this. Try again; if it stays so, give trace \(trace) to the administrator."
      ).response()
    }
    if response.status == .forbidden {
      do {
        try await refusals.record(request, context)
      } catch {
        // The refusal stands; that it could not be recorded is somebody's concern.
        context.logger.error(
          "a refusal could not be recorded", metadata: ["error": "\(type(of: error))"])
      }
    }
    response.headers[Self.traceField] = trace
    let route = context.endpointPath ?? "unknown"
    let seconds = start.duration(to: .now).seconds
    metrics.count(
      method: request.method.rawValue, handler: route, status: response.status.code,
      seconds: seconds)
    log.write(
      method: request.method.rawValue, route: route, status: response.status.code,
      seconds: seconds, trace: trace)
    return response
  }

  private static func problem(_ error: HTTPError) -> GatewayProblem {
    switch error.status {
    case .notFound: GatewayProblem(.notFound, .notFound, "Not Found")
    case .contentTooLarge: GatewayProblem(.contentTooLarge, .tooLarge, "The body is too long.")
    case .unauthorized: GatewayProblem.notAuthenticated
    default: GatewayProblem(error.status, .invalid, error.status.reasonPhrase)
    }
  }

  static let traceField = HTTPField.Name("X-Request-Id") ?? .eTag

  /// The caller's id when it is harmless, otherwise a new one.
  private static func traceID(_ request: Request) -> String {
    if let given = request.headers[traceField], (8...64).contains(given.utf8.count),
      given.utf8.allSatisfy({ Name.isSafe($0) })
    {
      return given
    }
    return String(UInt64.random(in: .min ... .max), radix: 16)
  }
}

extension Duration {
  var seconds: Double {
    let parts = components
    return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
  }
}
