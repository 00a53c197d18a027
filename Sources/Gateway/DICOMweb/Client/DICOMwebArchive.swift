import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// A PACS behind DICOMweb: STOW-RS, QIDO-RS and WADO-RS (PS3.18 chapter 10) over HTTP.
///
/// Every request has a deadline and bounded answers; redirects are not followed. Nothing is
/// retried here: the caller owns the queue.
public final class DICOMwebArchive: Archive {
  public let configuration: DICOMwebConfiguration
  let client: HTTPClient

  public var keepsBytes: Bool { configuration.keepsBytes }

  public init(configuration: DICOMwebConfiguration) {
    self.configuration = configuration
    var options = HTTPClient.Configuration(redirectConfiguration: .disallow)
    options.timeout.connect = TimeAmount(configuration.connectTimeout)
    options.timeout.read = TimeAmount(configuration.idleTimeout)
    options.timeout.write = TimeAmount(configuration.idleTimeout)
    options.connectionPool.idleTimeout = .seconds(20)
    options.httpVersion = .http1Only
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: options)
  }

  deinit {
    // The callback keeps the client alive until its connections are closed.
    client.shutdown { _ in }
  }

  /// A complete answer.
  struct Answer: Sendable {
    var status: Int
    var contentType: MediaType?
    var body: Data
  }

  /// Sends one request and reads its answer.
  /// - Parameter path: below the base URL, already escaped.
  /// - Throws: ``ArchiveError`` when there is no complete answer in time or it is too large.
  func send(
    _ method: HTTPMethod, _ path: String, accept: String, body: MultipartFiles? = nil, limit: Int
  ) async throws -> Answer {
    try await send(method, path, accept: accept, body: body) { head, bytes in
      var body = Data()
      for try await buffer in bytes {
        guard body.count + buffer.readableBytes <= limit else {
          throw ArchiveError.malformed("the PACS answers with more than \(limit) bytes")
        }
        body.append(contentsOf: buffer.readableBytesView)
      }
      return Answer(status: head.status, contentType: head.contentType, body: body)
    }
  }

  /// The beginning of an answer.
  struct Head: Sendable {
    var status: Int
    var contentType: MediaType?
  }

  /// Sends one request and lets `read` take the answer as it comes.
  /// - Parameter expected: bytes that the answer will have, about; more time is given for them.
  func send<Value: Sendable>(
    _ method: HTTPMethod, _ path: String, accept: String, body: MultipartFiles? = nil,
    expecting expected: Int64 = 0,
    read: @escaping @Sendable (Head, HTTPClientResponse.Body) async throws -> Value
  ) async throws -> Value {
    var base = configuration.baseURL.absoluteString
    while base.hasSuffix("/") { base.removeLast() }
    var request = HTTPClientRequest(url: base + path)
    request.method = method
    request.headers.add(name: "Accept", value: accept)
    if !configuration.user.isEmpty {
      let pair = Data("\(configuration.user):\(configuration.password)".utf8)
      request.headers.add(name: "Authorization", value: "Basic " + pair.base64EncodedString())
    }
    let slowest = max(1, configuration.slowestBytesPerSecond)
    var allowed = configuration.deadline + .seconds(expected / slowest)
    if let body {
      request.headers.add(name: "Content-Type", value: body.contentType)
      request.body = .stream(body, length: .known(body.byteCount))
      allowed += .seconds(body.byteCount / slowest)
    }
    let host = "\(configuration.baseURL.host ?? "?"):\(configuration.baseURL.port ?? 80)"
    do {
      return try await Self.within(allowed, host) { [client, request, allowed] in
        let response = try await client.execute(request, deadline: .now() + TimeAmount(allowed))
        let type = response.headers.first(name: "Content-Type").flatMap { MediaType($0) }
        return try await read(
          Head(status: Int(response.status.code), contentType: type), response.body)
      }
    } catch let error as ArchiveError {
      throw error
    } catch let error as OutgoingFileError {
      throw error
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      try Task.checkCancellation()
      throw ArchiveError.unreachable("\(host) does not answer (\(error))")
    }
  }

  /// Ends `work` when it takes too long, also while the answer's body trickles in.
  private static func within<Value: Sendable>(
    _ limit: Duration, _ host: String, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await Task.sleep(for: limit)
        throw ArchiveError.unreachable("\(host) gave no answer within \(limit)")
      }
      defer { group.cancelAll() }
      guard let value = try await group.next() else { throw CancellationError() }
      return value
    }
  }

  /// One step of a path; identifiers from files may hold anything.
  static func escaped(_ identifier: String) throws -> String {
    guard !identifier.isEmpty, identifier.utf8.count <= 128,
      !identifier.allSatisfy({ $0 == "." }),
      let text = identifier.addingPercentEncoding(
        withAllowedCharacters: CharacterSet(
          charactersIn: "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_"))
    else {
      throw ArchiveError.malformed("an instance, series or study without a usable UID")
    }
    return text
  }

  /// The error for a status that is no answer to the question.
  static func error(_ status: Int) -> ArchiveError {
    let words =
      switch status {
      case 300..<400: "the PACS redirects; configure the address that it redirects to"
      case 401: "the PACS wants a user name and password; check them in the gateway's settings"
      case 403: "the PACS forbids this to the gateway's user"
      case 404: "no DICOMweb service at this address; check the PACS URL"
      case 413: "the PACS takes no request of this size"
      case 429, 503: "the PACS is busy; it will be tried again"
      case 507: "the PACS is out of disk space; it will be tried again"
      case 500..<600: "the PACS failed; it will be tried again"
      default: "the PACS does not accept the request"
      }
    return .status(status, words)
  }
}
