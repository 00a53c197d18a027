import CLinux
import Foundation

/// A TCP socket that takes connections at one address.
struct ListeningSocket {
  let descriptor: Int32
  let port: UInt16

  /// - Throws: ``IntakeError/listening(_:_:)``
  init(address: String, port: UInt16) throws {
    let name = "\(address):\(port)"
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(address, String(port), &hints, &list) == 0, let info = list else {
      throw IntakeError.listening(name, "write a numeric address, for example 0.0.0.0 or ::1")
    }
    defer { freeaddrinfo(list) }
    let descriptor = socket(
      info.pointee.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw IntakeError.listening(name, IntakeError.reason()) }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard bind(descriptor, info.pointee.ai_addr, info.pointee.ai_addrlen) == 0,
      listen(descriptor, 64) == 0
    else {
      let code = errno
      close(descriptor)
      throw IntakeError.listening(
        name,
        code == EADDRINUSE
          ? "another program listens there; choose another --port" : IntakeError.reason(code))
    }
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    self.descriptor = descriptor
    var storage = sockaddr_storage()
    self.port = Self.name(of: descriptor, getsockname, &storage).port
  }

  /// The next connection and where it comes from; nil when there is none now.
  func accept() -> (descriptor: Int32, peer: String)? {
    // Close-on-exec: one association's process must not hold another's connection open.
    let descriptor = radrelay_accept(self.descriptor)
    guard descriptor >= 0 else { return nil }
    var storage = sockaddr_storage()
    return (descriptor, Self.name(of: descriptor, getpeername, &storage).host)
  }

  private static func name(
    of descriptor: Int32,
    _ ask: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32,
    _ storage: inout sockaddr_storage
  ) -> (host: String, port: UInt16) {
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var host = [CChar](repeating: 0, count: 64)
    var service = [CChar](repeating: 0, count: 16)
    let code = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> Int32 in
        guard ask(descriptor, address, &length) == 0 else { return -1 }
        return getnameinfo(
          address, length, &host, socklen_t(host.count), &service, socklen_t(service.count),
          NI_NUMERICHOST | NI_NUMERICSERV)
      }
    }
    guard code == 0 else { return ("", 0) }
    func text(_ characters: [CChar]) -> String {
      String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    return (text(host), UInt16(text(service)) ?? 0)
  }
}
