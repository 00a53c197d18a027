import Foundation
public import Sync

/// The address of a gateway: scheme, host and port, nothing else.
///
/// Plain `http` sends patient data and passwords for everybody to read, so it is allowed only to
/// this machine and to private networks (RFC 1918, RFC 4193, link-local) unless the person insists.
public struct GatewayOrigin: Sendable, Equatable, Hashable {
  /// `https` or `http`.
  public let scheme: String
  /// Lower case; an IPv6 address without brackets.
  public let host: String
  /// Nil for the scheme's own port.
  public let port: Int?

  /// Reads what a person typed: `relay.example.org`, `https://relay.example.org:8443/`. Without a
  /// scheme it is `https`, or `http` for `localhost` and loopback addresses.
  /// - Parameter insecure: allow `http` to any host.
  /// - Throws: ``LinkError/address(_:)`` with a sentence.
  public init(_ text: String, insecure: Bool = false) throws(LinkError) {
    let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty, text.utf8.count <= 512 else {
      throw .address("The gateway's address is empty. Give one such as https://relay.example.org.")
    }
    let wasGiven = text.contains("://")
    guard
      let parts = URLComponents(string: wasGiven ? text : "https://" + text),
      var host = parts.host?.lowercased(), !host.isEmpty, parts.user == nil, parts.password == nil,
      parts.query == nil, parts.fragment == nil
    else {
      throw .address("\(text) is no address. Give one such as https://relay.example.org.")
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    guard host.utf8.allSatisfy({ GatewayOrigin.hostBytes.contains($0) }) else {
      throw .address("\(text) has a host name with characters that no host name has.")
    }
    let path = parts.path
    guard path.isEmpty || path == "/" || path == "/api/v1" || path == "/api/v1/" else {
      throw .address("\(text) has a path. Give only scheme, host and port.")
    }
    let scheme =
      wasGiven
      ? (parts.scheme ?? "").lowercased() : (GatewayOrigin.isLoopback(host) ? "http" : "https")
    guard scheme == "https" || scheme == "http" else {
      throw .address("\(text) is neither https nor http.")
    }
    if let port = parts.port, !(1...65_535).contains(port) {
      throw .address("\(text) has a port that is not between 1 and 65535.")
    }
    guard scheme == "https" || insecure || GatewayOrigin.isPrivate(host) else {
      throw .address(
        "http://\(host) would send patient data unencrypted over an open network. "
          + "Use https, or say --insecure if you must.")
    }
    self.scheme = scheme
    self.host = host
    let own = scheme == "https" ? 443 : 80
    self.port = parts.port == own ? nil : parts.port
  }

  /// As text, without a final slash.
  public var text: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return "\(scheme)://\(name)" + (port.map { ":\($0)" } ?? "")
  }

  private static let hostBytes = Set("abcdefghijklmnopqrstuvwxyz0123456789-._:%".utf8)

  static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host.hasSuffix(".localhost") || host == "::1"
      || octets(host)?.first == 127
  }

  /// Loopback, RFC 1918, link-local, RFC 4193 (IPv6 unique local).
  static func isPrivate(_ host: String) -> Bool {
    if isLoopback(host) { return true }
    if let parts = octets(host) {
      switch (parts[0], parts[1]) {
      case (10, _), (192, 168), (169, 254): return true
      case (172, 16...31): return true
      default: return false
      }
    }
    return host.contains(":")
      && (host.hasPrefix("fc") || host.hasPrefix("fd") || host.hasPrefix("fe80:"))
  }

  private static func octets(_ host: String) -> [UInt8]? {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    let numbers = parts.compactMap { $0.count <= 3 ? UInt8($0) : nil }
    return numbers.count == 4 ? numbers : nil
  }
}
