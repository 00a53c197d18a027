import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix
import Sync

/// One request and how much of an answer is acceptable.
struct Exchange: Sendable {
  var method: HTTPMethod = .GET
  /// Below the origin, percent-encoded.
  var path: String
  var query: [(String, String)] = []
  var headers: [(String, String)] = []
  var body: Data?
  /// What the body goes on with; not copied together.
  var rest: [Data] = []
  /// Called before so many bytes of the body go out; nil: as fast as the line takes them.
  var pace: (@Sendable (Int) async throws -> Void)?
  var token: String?
  /// Bytes of the answer's body.
  var limit = 1 << 20
  /// Seconds for everything.
  var deadline: Double
}

/// An answer, whole and bounded.
struct Answer: Sendable {
  var status: Int
  var headers: HTTPHeaders
  var body: Data
}

extension GatewayTransport {
  /// Performs the exchange. Throws ``LinkError`` for everything but 2xx.
  func perform(_ exchange: Exchange, origin: GatewayOrigin) async throws -> Answer {
    try await translated {
      try await withDeadline(exchange.deadline) {
        let response = try await self.send(exchange, origin: origin)
        let status = Int(response.status.code)
        guard (200..<300).contains(status) else {
          throw try await self.refusal(of: response)
        }
        return Answer(
          status: status, headers: response.headers,
          body: try await self.collect(response, limit: exchange.limit))
      }
    }
  }

  /// Sends and follows at most three redirects that stay within the origin. The token never goes
  /// to another one, because nothing does.
  func send(_ exchange: Exchange, origin: GatewayOrigin) async throws -> HTTPClientResponse {
    var target = try url(exchange, origin: origin)
    var reused = false
    for _ in 0..<4 {
      let request = try request(exchange, url: target)
      let response: HTTPClientResponse
      do {
        response = try await client.execute(
          request, deadline: .now() + .nanoseconds(Int64(exchange.deadline * 1_000_000_000)))
      } catch let error where !reused && exchange.method == .GET && isStaleConnection(error) {
        // RelayPACS closes a kept-alive connection after a 500 without saying so.
        reused = true
        continue
      }
      guard [301, 302, 303, 307, 308].contains(Int(response.status.code)) else { return response }
      target = try redirect(
        to: response.headers.first(name: "location") ?? "", from: target, origin: origin)
    }
    throw LinkError.malformed("more than three redirects")
  }

  private func redirect(to location: String, from target: String, origin: GatewayOrigin)
    throws(LinkError) -> String
  {
    guard let base = URL(string: target),
      let url = URL(string: location, relativeTo: base)?.absoluteURL,
      let scheme = url.scheme?.lowercased(), let host = url.host?.lowercased(), url.user == nil
    else { throw .malformed("a redirect to nowhere") }
    let own = scheme == "https" ? 443 : 80
    let port = url.port == own ? nil : url.port
    let name = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    guard scheme == origin.scheme, name == origin.host, port == origin.port else {
      throw .malformed(
        "a redirect to another server: the network may want a login first; open any page in a "
          + "browser")
    }
    return url.absoluteString
  }

  private func url(_ exchange: Exchange, origin: GatewayOrigin) throws(LinkError) -> String {
    var text = origin.text + exchange.path
    let items = exchange.query.map {
      "\(GatewayTransport.escape($0.0))=\(GatewayTransport.escape($0.1))"
    }
    if !items.isEmpty { text += "?" + items.joined(separator: "&") }
    return text
  }

  private func request(_ exchange: Exchange, url: String) throws(LinkError) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: url)
    request.method = exchange.method
    request.headers.add(name: "Accept", value: "application/json, application/problem+json")
    request.headers.add(name: "User-Agent", value: "radrelay")
    if let token = exchange.token {
      guard !token.isEmpty, token.utf8.count <= 16_384,
        token.utf8.allSatisfy({ (0x21...0x7E) ~= $0 })
      else { throw .malformed("a token that is no token") }
      request.headers.add(name: "Authorization", value: "Bearer \(token)")
    }
    for (name, value) in exchange.headers { request.headers.replaceOrAdd(name: name, value: value) }
    if let body = exchange.body {
      request.body = Self.body([body] + exchange.rest, pace: exchange.pace)
    }
    return request
  }

  /// Small bodies go out as they are; large ones, and those that are held back, slice by slice, so
  /// that no second copy of them is in memory.
  private static func body(
    _ parts: [Data], pace: (@Sendable (Int) async throws -> Void)?
  ) -> HTTPClientRequest.Body {
    let count = parts.reduce(0) { $0 + $1.count }
    if pace == nil, count <= 1 << 20 {
      var buffer = ByteBuffer()
      buffer.reserveCapacity(count)
      for part in parts { buffer.writeBytes(part) }
      return .bytes(buffer)
    }
    return .stream(
      Slices(parts: parts, size: pace == nil ? 524_288 : 16_384, pace: pace),
      length: .known(Int64(count)))
  }

  /// The error of an answer; reads at most 64 KiB of its body.
  func refusal(of response: HTTPClientResponse) async throws -> LinkError {
    var body = Data()
    do {
      for try await part in response.body {
        body.append(contentsOf: part.readableBytesView.prefix(65_536 - body.count))
        if body.count >= 65_536 { break }
      }
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      // The status says enough.
    }
    return ErrorReading.error(
      status: Int(response.status.code), retryAfter: response.headers.first(name: "retry-after"),
      contentType: response.headers.first(name: "content-type"), body: body, now: now())
  }

  /// The whole body; a longer one than `limit` is not read to its end.
  func collect(_ response: HTTPClientResponse, limit: Int) async throws -> Data {
    if let text = response.headers.first(name: "content-length"), let length = Int(text),
      length > limit
    {
      throw LinkError.malformed("an answer of \(length) bytes where \(limit) are allowed")
    }
    var body = Data()
    for try await part in response.body {
      guard body.count + part.readableBytes <= limit else {
        throw LinkError.malformed("an answer of more than \(limit) bytes")
      }
      body.append(contentsOf: part.readableBytesView)
    }
    return body
  }

  /// Everything but ``LinkError`` and `CancellationError` becomes one of these.
  func translated<T: Sendable>(_ work: @Sendable () async throws -> T) async throws -> T {
    do {
      return try await work()
    } catch let error as LinkError {
      throw error
    } catch is CancellationError {
      throw CancellationError()
    } catch let error as HTTPClientError {
      if Task.isCancelled { throw CancellationError() }
      switch error {
      case .cancelled, .requestStreamCancelled: throw CancellationError()
      case .deadlineExceeded, .readTimeout, .writeTimeout: throw LinkError.timedOut
      case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
        throw LinkError.noConnection(LinkError.noConnectionInTime)
      case .remoteConnectionClosed: throw LinkError.unreachable("the connection broke")
      default: throw LinkError.unreachable(error.shortDescription)
      }
    } catch {
      if Task.isCancelled { throw CancellationError() }
      if Self.isLate(error) { throw LinkError.noConnection(LinkError.noConnectionInTime) }
      if isFailureToConnect(error) { throw LinkError.noConnection(Self.words(error)) }
      if let words = Self.certificateWords(error) { throw LinkError.noConnection(words) }
      throw LinkError.unreachable(Self.words(error))
    }
  }

  /// Why TLS did not come about; nil for other errors. Nothing of a request goes out before it has.
  static func certificateWords(_ error: any Error) -> String? {
    let text = String(describing: error).prefix(2_000)
    if text.contains("CERTIFICATE_VERIFY_FAILED") {
      return "its certificate is not accepted: it has expired, or nobody whom this machine trusts "
        + "vouches for it; look at this machine's date, then tell its administrator"
    }
    if text.contains("failedToValidateHostname") {
      return "its certificate is for another name: the network may want a login first, or the "
        + "address is not the gateway's; compare it, then tell its administrator"
    }
    if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
      return "it does not speak TLS there; is the address http and not https?"
    }
    if text.contains("handshakeFailed") || text.contains("NIOSSL") {
      return "no protected connection came about (TLS)"
    }
    return nil
  }

  /// What the network said, in words: `connection refused` rather than where in NIO it was said.
  private static func words(_ error: any Error) -> String {
    if let error = error as? IOError {
      return String(cString: strerror(error.errnoCode)).lowercased()
    }
    if let error = error as? NIOConnectionError {
      if error.dnsAError != nil || error.dnsAAAAError != nil, error.connectionErrors.isEmpty {
        return "its name cannot be resolved"
      }
      if let first = error.connectionErrors.first { return words(first.error) }
    }
    return String(describing: error).prefix(120).description
  }

  /// True when none of the addresses of a name answered in time.
  private static func isLate(_ error: any Error) -> Bool {
    guard let attempts = (error as? NIOConnectionError)?.connectionErrors, !attempts.isEmpty else {
      return false
    }
    return attempts.allSatisfy { attempt in
      if case ChannelError.connectTimeout = attempt.error { true } else { false }
    }
  }

  /// True when there never was a connection: errors that only connecting gives.
  private func isFailureToConnect(_ error: any Error) -> Bool {
    if error is NIOConnectionError { return true }
    guard let code = (error as? IOError)?.errnoCode else { return false }
    return [ECONNREFUSED, ENETUNREACH, EADDRNOTAVAIL].contains(code)
  }

  private func isStaleConnection(_ error: any Error) -> Bool {
    (error as? HTTPClientError) == .remoteConnectionClosed || error is IOError
  }

  /// Percent-encodes everything but unreserved characters (RFC 3986 section 2.3).
  static func escape(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case 48...57, 65...90, 97...122, 45, 46, 95, 126:
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let hex = String(byte, radix: 16, uppercase: true)
        result += "%" + (hex.count == 1 ? "0" : "") + hex
      }
    }
    return result
  }
}
