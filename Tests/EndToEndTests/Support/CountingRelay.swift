import Foundation
import Glibc
import Synchronization
import TestSupport

/// A relay of TCP connections on a port of its own to a server on 127.0.0.1, that counts what goes
/// to the server: what a client really sends, whatever it says of itself.
final class CountingRelay: Sendable {
  let port: Int
  private let server: Int
  private let listener: Int32
  private let count = Mutex(Int64(0))
  private let pairs = Mutex<[Pair]>([])

  /// Bytes that went to the server since the start.
  var sent: Int64 { count.withLock { $0 } }

  /// - Parameter server: its port; connections are cut while nobody listens there.
  init(to server: Int) throws {
    self.server = server
    port = try FreePort.next()
    listener = Self.makeSocket()
    var address = Self.loopback(port)
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) }
    }
    guard bound == 0, listen(listener, 64) == 0 else { throw FreePortError.noSocket(errno) }
    Thread.detachNewThread { self.serve() }
  }

  /// Cuts every connection; what is on its way is lost.
  func cut() {
    let open = pairs.withLock { pairs in
      defer { pairs = [] }
      return pairs
    }
    for pair in open { pair.cut() }
  }

  func close() { shutdown(listener, Int32(SHUT_RDWR)) }

  private func serve() {
    while true {
      let client = accept(listener, nil, nil)
      if client < 0 {
        if errno == EINTR || errno == ECONNABORTED { continue }
        break
      }
      _ = fcntl(client, F_SETFD, FD_CLOEXEC)
      var address = Self.loopback(server)
      let size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let upstream = Self.makeSocket()
      let connected = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(upstream, $0, size) }
      }
      guard connected == 0 else {
        Glibc.close(client)
        Glibc.close(upstream)
        continue
      }
      let pair = Pair(client: client, upstream: upstream)
      pairs.withLock { $0.append(pair) }
      Thread.detachNewThread {
        pair.pump(client, to: upstream) { bytes in self.count.withLock { $0 += Int64(bytes) } }
      }
      Thread.detachNewThread { pair.pump(upstream, to: client) { _ in } }
    }
    Glibc.close(listener)
  }

  /// Two sockets that are closed together, when both directions have ended.
  private final class Pair: Sendable {
    private let client: Int32
    private let upstream: Int32
    private let open = Mutex(2)

    init(client: Int32, upstream: Int32) {
      self.client = client
      self.upstream = upstream
    }

    func cut() {
      open.withLock {
        // The numbers are somebody else's when both directions have ended.
        guard $0 > 0 else { return }
        shutdown(client, Int32(SHUT_RDWR))
        shutdown(upstream, Int32(SHUT_RDWR))
      }
    }

    func pump(_ source: Int32, to target: Int32, _ note: (Int) -> Void) {
      var buffer = [UInt8](repeating: 0, count: 16_384)
      reading: while true {
        let count = read(source, &buffer, buffer.count)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { break }
        note(count)
        // About 16 MB/s a connection: a kill finds a chunk half on its way.
        usleep(1_000)
        var done = 0
        while done < count {
          let written = buffer.withUnsafeBytes {
            Glibc.send(
              target, $0.baseAddress.map { $0 + done }, count - done, Int32(MSG_NOSIGNAL))
          }
          if written <= 0 { break reading }
          done += written
        }
      }
      // The end of either side is the end of both, as with a server that was killed.
      cut()
      open.withLock {
        $0 -= 1
        guard $0 == 0 else { return }
        Glibc.close(client)
        Glibc.close(upstream)
      }
    }
  }

  private static func makeSocket() -> Int32 {
    socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  }

  private static func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    return address
  }
}
