import Foundation

/// Ends the gateway when the standard input closes. A program that holds the other end of the
/// pipe thereby takes the gateway with it, however it dies.
enum StandardInputWatch {
  /// From now on; while the gateway still starts it ends at once, later in order.
  static func start() {
    Thread.detachNewThread {
      var byte: UInt8 = 0
      while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count == 0 || (count < 0 && errno != EINTR) { break }
      }
      kill(getpid(), SIGTERM)
    }
  }
}
