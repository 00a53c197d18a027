import CLinux
import Glibc

/// Bytes on their way to the terminal. Writing never blocks, so that a slow line delays drawing and
/// not keys.
struct OutputQueue {
  /// Own, non-blocking opening of the terminal: the inherited one is shared with the shell.
  let descriptor: Int32
  private let isOwn: Bool
  private var bytes: [UInt8] = []
  private var sent = 0

  init(terminal: Int32) {
    var name = [CChar](repeating: 0, count: 128)
    var own: Int32 = -1
    if ttyname_r(terminal, &name, name.count) == 0 {
      own = open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    }
    isOwn = own >= 0
    descriptor = own >= 0 ? own : terminal
  }

  var isEmpty: Bool { sent == bytes.count }

  mutating func append(_ more: [UInt8]) {
    if isEmpty {
      bytes = more
      sent = 0
    } else {
      bytes += more
    }
  }

  /// Writes what the terminal takes now. Returns false when the terminal is gone.
  mutating func send() -> Bool {
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        sent += count
      } else if count < 0, errno == EINTR {
        continue
      } else {
        return count < 0 && errno == EAGAIN
      }
    }
    bytes.removeAll(keepingCapacity: true)
    sent = 0
    return true
  }

  /// Writes all of it, waiting for the terminal at most so long. What is then left is dropped.
  mutating func drain(milliseconds: Int32) {
    var left = milliseconds
    while send(), !isEmpty, left > 0 {
      var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      if poll(&ready, 1, min(left, 50)) == 0 { left -= 50 }
    }
    bytes.removeAll()
    sent = 0
  }

  func close() { if isOwn { _ = Glibc.close(descriptor) } }
}
