public import Foundation
import Glibc

/// Standard output and error of a program that must not trap when nobody reads them any more, as
/// `FileHandle.write` does.
public enum StandardStream {
  /// Writes all of it.
  /// - Parameter descriptor: `STDOUT_FILENO` or `STDERR_FILENO`.
  /// - Returns: false when the other end is closed or the write failed.
  @discardableResult
  public static func write(_ data: Data, to descriptor: Int32) -> Bool {
    data.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Glibc.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count > 0 {
          rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
          // Somebody made the shared descriptor non-blocking.
          var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&ready, 1, 1_000)
        } else if errno != EINTR {
          return false
        }
      }
      return true
    }
  }
}
