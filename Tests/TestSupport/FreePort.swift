import Foundation
import Glibc
import Synchronization

/// A TCP port of 127.0.0.1 that nobody listens on at this moment.
public enum FreePort {
  /// Ports that the kernel gives to nobody by itself: otherwise a connection of any program could
  /// take one while a server that is to have it again is down, or a client could be connected to
  /// itself.
  private static let range: ClosedRange<Int> = {
    let file = "/proc/sys/net/ipv4/ip_local_port_range"
    let text = try? String(contentsOfFile: file, encoding: .utf8)
    let words = (text ?? "").split(whereSeparator: \.isWhitespace)
    let low = words.first.flatMap { Int($0) } ?? 32_768
    return low > 16_000 ? 11_000...(low - 1) : 1_100...9_999
  }()

  private static let given = Mutex<Set<Int>>([])

  /// One that was not given before. Another process may take it before the caller does; who starts a
  /// server with it tries again on another one.
  public static func next() throws -> Int {
    for _ in 0..<2_000 {
      let port = Int.random(in: range)
      guard given.withLock({ $0.insert(port).inserted }), try isFree(port) else { continue }
      return port
    }
    throw FreePortError.noSocket(EADDRINUSE)
  }

  private static func isFree(_ port: Int) throws -> Bool {
    let descriptor = socket(
      AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw FreePortError.noSocket(errno) }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    // Of all addresses: a server on any of them counts.
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}

/// Why there is no free port.
public enum FreePortError: Error { case noSocket(Int32) }
