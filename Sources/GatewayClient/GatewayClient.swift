import Foundation
import NIOHTTP1
public import Sync
import Wire

/// ``GatewayLink`` over HTTP/1.1 to one gateway: bounded answers, bounded times,
/// redirects only within the origin.
public final class GatewayClient: GatewayLink {
  public let address: GatewayOrigin
  let transport: GatewayTransport
  let speed = SpeedGauge()

  public var origin: String { address.text }

  public init(_ address: GatewayOrigin, transport: GatewayTransport) {
    self.address = address
    self.transport = transport
  }

  /// Makes links over one transport.
  /// - Parameter insecure: allow plain `http` to any host.
  public static func linkMaker(_ transport: GatewayTransport, insecure: Bool = false) -> LinkMaker {
    { origin in
      GatewayClient(try GatewayOrigin(origin, insecure: insecure), transport: transport)
    }
  }

  /// A JSON request with a JSON answer.
  func json<T: Decodable & Sendable>(
    _ type: T.Type, _ method: HTTPMethod, _ route: String, query: [(String, String)] = [],
    body: (any Encodable & Sendable)? = nil, token: String? = nil, limit: Int = 1 << 20,
    deadline: Double? = nil
  ) async throws -> T {
    let answer = try await raw(
      method, route, query: query, body: body, token: token, limit: limit, deadline: deadline)
    return try decode(type, from: answer.body)
  }

  func raw(
    _ method: HTTPMethod, _ route: String, query: [(String, String)] = [],
    body: (any Encodable & Sendable)? = nil, token: String? = nil, limit: Int = 1 << 20,
    deadline: Double? = nil
  ) async throws -> Answer {
    var exchange = Exchange(
      method: method, path: Routes.base + route, query: query, token: token, limit: limit,
      deadline: deadline ?? transport.limits.request)
    if let body {
      guard let bytes = try? JSONEncoder().encode(body) else {
        throw LinkError.unprocessable("the request cannot be written as JSON")
      }
      exchange.body = bytes
      exchange.headers.append(("Content-Type", "application/json"))
    }
    return try await transport.perform(exchange, origin: address)
  }

  /// Decodes; the error names the field, never its content.
  func decode<T: Decodable>(_ type: T.Type, from body: Data) throws(LinkError) -> T {
    if WebPage.isOne(body) { throw .malformed(WebPage.words) }
    do {
      return try JSONDecoder().decode(type, from: body)
    } catch let error as DecodingError {
      let path =
        switch error {
        case .keyNotFound(let key, let context): context.codingPath + [key]
        case .typeMismatch(_, let context), .valueNotFound(_, let context): context.codingPath
        case .dataCorrupted(let context): context.codingPath
        @unknown default: [] as [any CodingKey]
        }
      let place = path.map(\.stringValue).joined(separator: ".")
      throw .malformed(place.isEmpty ? "not the JSON expected" : "field \(place)")
    } catch {
      throw .malformed("not the JSON expected")
    }
  }

  /// An identifier that may stand in a path: what the gateway gave, if it is one.
  func segment(_ id: String) throws(LinkError) -> String {
    let isSafe =
      !id.isEmpty && id.utf8.count <= 128 && id != "." && id != ".."
      && id.utf8.allSatisfy {
        (48...57) ~= $0 || (65...90) ~= $0 || (97...122) ~= $0 || [45, 46, 95].contains($0)
      }
    guard isSafe else { throw .malformed("an identifier with characters that none has") }
    return id
  }
}
