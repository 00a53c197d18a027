import Glibc

/// A TCP port of 127.0.0.1 that nobody listens on at this moment.
public enum FreePort {
  /// Asks the kernel for one by binding to port 0. Another process may take it before the caller
  /// does; who starts a server with it tries again on another one.
  public static func next() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw FreePortError.noSocket(errno) }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let done = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard done else { throw FreePortError.noSocket(errno) }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}

/// Why there is no free port.
public enum FreePortError: Error { case noSocket(Int32) }
