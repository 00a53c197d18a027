import Foundation
import Glibc
import Synchronization
import TestSupport

/// A relay of TCP connections on a port of its own to a server on 127.0.0.1. It counts what goes to
/// the server, whatever a client says of itself, and does something at an exact byte.
final class CountingRelay: Sendable {
  /// What was on its way when the connections were cut.
  struct OnTheWay: Sendable {
    /// Requests that carry a chunk, begun and not answered.
    var chunks = 0
    var bytes: Int64 = 0
  }

  private struct State {
    var sent: Int64 = 0
    var chunkBytes: Int64 = 0
    var batchBytes: Int64 = 0
    var alarm: (at: Int64, action: @Sendable () -> Void)?
    var pairs: [Pair] = []
    var listener: Int32 = -1
  }

  let port: Int
  private let server: Int
  private let state = Mutex(State())

  /// Bytes that went to the server since the start.
  var sent: Int64 { state.withLock { $0.sent } }
  /// Bytes of chunks, also of those that travel together; only of use while nothing is compressed.
  var payloadBytes: Int64 { state.withLock { $0.chunkBytes + $0.batchBytes } }

  /// - Parameter server: its port.
  init(to server: Int) throws {
    self.server = server
    port = try FreePort.next()
    try open()
  }

  /// Takes connections (again).
  func open() throws {
    let listener = Self.makeSocket()
    var yes: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = Self.loopback(port)
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) }
    }
    guard bound == 0, listen(listener, 64) == 0 else { throw FreePortError.noSocket(errno) }
    state.withLock { $0.listener = listener }
    Thread.detachNewThread { self.serve(listener) }
  }

  /// Refuses connections from now on, as a port does on which nobody listens.
  func close() {
    state.withLock { state in
      guard state.listener >= 0 else { return }
      shutdown(state.listener, Int32(SHUT_RDWR))
      state.listener = -1
    }
  }

  /// Cuts every connection; what is on its way is lost.
  @discardableResult
  func cut() -> OnTheWay {
    let pairs = state.withLock { state in
      defer { state.pairs = [] }
      return state.pairs
    }
    var onTheWay = OnTheWay()
    for pair in pairs {
      let length = pair.cut()
      guard length > 0 else { continue }
      onTheWay.chunks += 1
      onTheWay.bytes += Int64(length)
    }
    return onTheWay
  }

  /// Does something once, between two bytes: when so many more have gone to the server, and before
  /// the next one does.
  func after(_ bytes: Int64, _ action: @escaping @Sendable () -> Void) {
    state.withLock { $0.alarm = ($0.sent + bytes, action) }
  }

  /// Takes back what ``after(_:_:)`` was asked for, if it has not been done.
  func forgetAction() { state.withLock { $0.alarm = nil } }

  private func serve(_ listener: Int32) {
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
      state.withLock { $0.pairs.append(pair) }
      Thread.detachNewThread { pair.pumpRequests { self.count($0, of: pair) } }
      Thread.detachNewThread { pair.pumpAnswers() }
    }
    Glibc.close(listener)
  }

  /// Counts bytes of a client; returns how many of them to pass on before the action.
  private func count(_ bytes: ArraySlice<UInt8>, of pair: Pair) -> (pass: Int, then: Action?) {
    let (ofChunks, ofBatches) = pair.note(bytes)
    return state.withLock { state in
      let before = state.sent
      state.sent += Int64(bytes.count)
      state.chunkBytes += Int64(ofChunks)
      state.batchBytes += Int64(ofBatches)
      guard let alarm = state.alarm, state.sent > alarm.at else { return (bytes.count, nil) }
      state.alarm = nil
      return (Int(max(0, alarm.at - before)), alarm.action)
    }
  }

  fileprivate typealias Action = @Sendable () -> Void

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

extension CountingRelay {
  /// Two sockets that are closed together, when both directions have ended.
  fileprivate final class Pair: Sendable {
    private let client: Int32
    private let upstream: Int32
    private let open = Mutex(2)
    private let meter = Mutex(PutMeter())

    init(client: Int32, upstream: Int32) {
      self.client = client
      self.upstream = upstream
    }

    /// Ends both directions; returns the length of the chunk that was on its way.
    @discardableResult
    func cut() -> Int {
      open.withLock {
        // The numbers are somebody else's when both directions have ended.
        guard $0 > 0 else { return }
        shutdown(client, Int32(SHUT_RDWR))
        shutdown(upstream, Int32(SHUT_RDWR))
      }
      return meter.withLock { $0.openLength }
    }

    func note(_ bytes: ArraySlice<UInt8>) -> (chunks: Int, batches: Int) {
      meter.withLock { meter in
        let before = meter.batched
        let ofChunks = meter.sent(bytes)
        return (ofChunks, meter.batched - before)
      }
    }

    func pumpRequests(_ count: (ArraySlice<UInt8>) -> (pass: Int, then: Action?)) {
      pump(client, to: upstream) { bytes in
        let (pass, action) = count(bytes)
        // About 16 MB/s a connection: a kill finds chunks half on their way.
        usleep(1_000)
        guard let action else { return bytes.count }
        _ = Self.write(bytes.prefix(pass), to: self.upstream)
        action()
        return 0
      }
    }

    func pumpAnswers() {
      pump(upstream, to: client) { bytes in
        self.meter.withLock { $0.answered() }
        return bytes.count
      }
    }

    /// - Parameter note: says how many of the bytes to pass on; 0 ends it.
    private func pump(
      _ source: Int32, to target: Int32, _ note: (ArraySlice<UInt8>) -> Int
    ) {
      var buffer = [UInt8](repeating: 0, count: 16_384)
      while true {
        let count = read(source, &buffer, buffer.count)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { break }
        let pass = note(buffer[..<count])
        if pass == 0 || !Self.write(buffer[..<pass], to: target) { break }
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

    private static func write(_ bytes: ArraySlice<UInt8>, to target: Int32) -> Bool {
      var rest = bytes
      while !rest.isEmpty {
        let written = rest.withUnsafeBytes {
          Glibc.send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if written <= 0 { return false }
        rest = rest.dropFirst(written)
      }
      return true
    }
  }
}
