public import Foundation
import Glibc

/// One HTTP/1.1 request over one connection to 127.0.0.1, on a thread of its own: no connection
/// reuse, no retry, no redirects, so that a test sees exactly what went over the wire.
public enum RawHTTP {
  public struct Answer: Sendable {
    public var status: Int
    /// Names in lower case.
    public var headers: [String: String]
    public var body: Data
    public var text: String { String(decoding: body, as: UTF8.self) }
    /// The body as JSON object; empty when it is none.
    public var json: [String: Any] {
      ((try? JSONSerialization.jsonObject(with: body)) as? [String: Any]) ?? [:]
    }
  }

  /// Sends a request and reads the answer until its end.
  /// - Parameter cutAfter: closes the connection after so many bytes of the request, and throws
  ///   ``RawHTTPError/cut``.
  /// - Throws: ``RawHTTPError`` when the server cannot be reached, is silent for longer than
  ///   `limit`, or cuts the answer.
  public static func send(
    _ method: String, _ path: String, headers: [String: String] = [:], body: Data = Data(),
    to port: Int, within limit: Duration = .seconds(120), cutAfter: Int? = nil
  ) async throws -> Answer {
    var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    if !body.isEmpty || method == "POST" || method == "PUT" {
      head += "Content-Length: \(body.count)\r\n"
    }
    let request = Data((head + "\r\n").utf8) + body
    return try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try exchange(request, port, limit, cutAfter) })
      }
    }
  }

  private static func exchange(_ request: Data, _ port: Int, _ limit: Duration, _ cutAfter: Int?)
    throws -> Answer
  {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw RawHTTPError.unreachable(errno) }
    defer { close(descriptor) }
    var timeout = timeval(tv_sec: Int(limit.components.seconds), tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw RawHTTPError.unreachable(errno) }
    let bytes = Array(cutAfter.map { request.prefix($0) } ?? request)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(
          descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
      }
      // A server may answer and close before it has read all: its answer counts.
      if count <= 0 { break }
      sent += count
    }
    if cutAfter != nil { throw RawHTTPError.cut }
    var answer = Data()
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EAGAIN { throw RawHTTPError.silent }
      if count <= 0 { break }
      answer.append(contentsOf: buffer[0..<count])
    }
    return try parse(answer, isHead: request.starts(with: Data("HEAD".utf8)))
  }

  private static func parse(_ data: Data, isHead: Bool) throws -> Answer {
    guard let end = data.range(of: Data("\r\n\r\n".utf8)) else { throw RawHTTPError.cut }
    let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self)
      .components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count > 1, let status = Int(words[1]) else { throw RawHTTPError.cut }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] =
        line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    var body = Data(data[end.upperBound...])
    if status == 100 { return try parse(body, isHead: isHead) }
    if headers["transfer-encoding"]?.lowercased() == "chunked" {
      body = try joined(chunks: body)
    } else if let length = headers["content-length"].flatMap({ Int($0) }), !isHead {
      guard body.count >= length else { throw RawHTTPError.cut }
    }
    return Answer(status: status, headers: headers, body: body)
  }

  private static func joined(chunks: Data) throws -> Data {
    var rest = chunks
    var body = Data()
    while let end = rest.range(of: Data("\r\n".utf8)) {
      let line = String(decoding: rest[rest.startIndex..<end.lowerBound], as: UTF8.self)
      guard let size = Int(line.prefix { $0 != ";" }, radix: 16) else { break }
      if size == 0 { return body }
      guard rest.endIndex - end.upperBound >= size + 2 else { break }
      body += rest[end.upperBound..<end.upperBound + size]
      rest = rest[(end.upperBound + size + 2)...]
    }
    throw RawHTTPError.cut
  }
}

/// Why there is no answer.
public enum RawHTTPError: Error, Equatable {
  case unreachable(Int32)
  /// No byte for as long as allowed.
  case silent
  /// The connection ended before the answer did.
  case cut
}
