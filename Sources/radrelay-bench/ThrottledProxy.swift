import Foundation
import Synchronization

/// A relay of TCP connections on loopback that lets bytes through at a rate and after a delay, as a
/// slow line does, and notes when requests go over it.
final class ThrottledProxy: Sendable {
  /// A request line that went towards the server.
  struct Request: Sendable {
    var line: String
    /// Seconds since the proxy was made, and the connection that it went over.
    var at: Double
    var connection: Int
  }

  private struct State {
    var requests: [Request] = []
    var connections = 0
    /// When the line is free again, towards the server and back.
    var free = [0.0, 0.0]
    var open: [Int32] = []
    var isClosed = false
  }

  let port: Int
  private let server: Int
  private let rate: Double
  private let delay: Double
  private let listener: Int32
  private let begin = ContinuousClock.now
  private let state = Mutex(State())
  private static let slice = 2_048

  /// - Parameters:
  ///   - server: its port on 127.0.0.1.
  ///   - port: 0 for a free one.
  ///   - rate: bytes a second in each direction.
  ///   - delay: seconds of one way.
  init(to server: Int, port: Int = 0, rate: Double, delay: Double) throws {
    self.server = server
    self.rate = max(1, rate)
    self.delay = max(0, delay)
    let listener = Self.makeSocket()
    self.listener = listener
    var yes: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    let bound = Self.withLoopback(port, { bind(listener, $0, $1) })
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &size) }
    }
    self.port = Int(UInt16(bigEndian: address.sin_port))
    guard bound == 0, listen(listener, 128) == 0 else { throw BenchError("no port for the proxy") }
    Thread.detachNewThread { self.serve() }
  }

  /// Ends all connections; the threads end with them.
  func end() {
    let open = state.withLock { state in
      state.isClosed = true
      return state.open
    }
    shutdown(listener, Int32(SHUT_RDWR))
    for descriptor in open { shutdown(descriptor, Int32(SHUT_RDWR)) }
  }

  var now: Double { begin.duration(to: .now) / .seconds(1) }
  var requests: [Request] { state.withLock { $0.requests } }

  private func serve() {
    while true {
      let client = accept(listener, nil, nil)
      guard client >= 0 else { return }
      let upstream = Self.makeSocket()
      guard Self.withLoopback(server, { connect(upstream, $0, $1) }) == 0 else {
        close(client)
        close(upstream)
        continue
      }
      let number = state.withLock { state in
        state.connections += 1
        state.open += [client, upstream]
        return state.connections
      }
      pipe(from: client, to: upstream, direction: 0, connection: number)
      pipe(from: upstream, to: client, direction: 1, connection: number)
    }
  }

  /// One thread reads and stamps, another waits and writes: bytes on their way do not hold up the
  /// reading of those behind them.
  private func pipe(from source: Int32, to target: Int32, direction: Int, connection: Int) {
    let line = DelayLine()
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: Self.slice)
      while true {
        let count = read(source, &buffer, buffer.count)
        guard count > 0 else { break }
        line.push(Array(buffer[0..<count]), due: self.now + self.delay)
      }
      line.end()
    }
    Thread.detachNewThread {
      while let (bytes, due) = line.pop() {
        let wait = self.turn(bytes.count, direction, after: due) - self.now
        if wait > 0 { Thread.sleep(forTimeInterval: wait) }
        if direction == 0 { self.note(bytes, connection) }
        guard Self.write(bytes, to: target) else { break }
      }
      shutdown(target, Int32(SHUT_WR))
    }
  }

  /// When so many bytes are through the line.
  private func turn(_ bytes: Int, _ direction: Int, after due: Double) -> Double {
    let now = now
    return state.withLock { state in
      let start = max(state.free[direction], due, now - 0.02)
      state.free[direction] = start + Double(bytes) / rate
      return state.free[direction]
    }
  }

  private func note(_ bytes: [UInt8], _ connection: Int) {
    guard let space = bytes.firstIndex(of: 0x20), space <= 6,
      bytes[0..<space].allSatisfy({
        (65...90).contains($0)
      }), let end = bytes.firstIndex(of: 0x0D)
    else { return }
    let line = String(decoding: bytes[0..<end], as: UTF8.self)
    guard line.hasSuffix("HTTP/1.1") else { return }
    let now = now
    state.withLock { $0.requests.append(Request(line: line, at: now, connection: connection)) }
  }

  private static func write(_ bytes: [UInt8], to target: Int32) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(
          target, $0.baseAddress?.advanced(by: done), bytes.count - done,
          Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  private static func makeSocket() -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var yes: Int32 = 1
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    // A line has no large store of bytes of its own.
    var size: Int32 = 16_384
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    return descriptor
  }

  private static func withLoopback(
    _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}

/// Bytes on their way, with the time at which they arrive.
private final class DelayLine: Sendable {
  private let items = Mutex<(queue: [(bytes: [UInt8], due: Double)], hasEnded: Bool)>(([], false))
  private let ready = DispatchSemaphore(value: 0)

  func push(_ bytes: [UInt8], due: Double) {
    items.withLock { $0.queue.append((bytes, due)) }
    ready.signal()
  }

  func end() {
    items.withLock { $0.hasEnded = true }
    ready.signal()
  }

  func pop() -> (bytes: [UInt8], due: Double)? {
    ready.wait()
    return items.withLock { $0.queue.isEmpty ? nil : $0.queue.removeFirst() }
  }
}
