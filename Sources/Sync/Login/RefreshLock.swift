import Foundation
import Store

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A lock between the processes of one store while a refresh token is traded. Dies with its
/// process. Without it (a read-only folder, say) work goes on: the worst is a login too many.
final class RefreshLock: Sendable {
  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  static func acquire(_ home: Home) async throws -> RefreshLock {
    let descriptor = open(home.data + "/refresh.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return RefreshLock(descriptor: -1) }
    let lock = RefreshLock(descriptor: descriptor)
    // A holder needs one request's time; a minute means that it hangs.
    for _ in 0..<1200 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { break }
      try await Task.sleep(for: .milliseconds(50))
    }
    return lock
  }

  func release() { if descriptor >= 0 { flock(descriptor, LOCK_UN) } }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
