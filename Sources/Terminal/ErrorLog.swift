import CLinux
import Glibc

/// Keeps what the process writes to standard error off the screen: in a file, of which one older
/// generation is kept.
struct ErrorLog {
  /// Bytes after which a new file is begun.
  static let limit: off_t = 1 << 20
  private let path: String?
  private var saved: Int32 = -1

  init(path: String?) { self.path = path }

  /// Points standard error at the file; to nowhere when it cannot be opened.
  mutating func start() {
    guard saved < 0 else { return }
    saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
    redirect()
  }

  /// Begins a new file when the present one is too long.
  func rotateIfNeeded() {
    var information = stat()
    guard saved >= 0, let path, fstat(STDERR_FILENO, &information) == 0,
      information.st_size > Self.limit
    else { return }
    _ = rename(path, path + ".1")
    redirect()
  }

  /// Gives the process its standard error back.
  mutating func stop() {
    guard saved >= 0 else { return }
    dup2(saved, STDERR_FILENO)
    close(saved)
    saved = -1
  }

  private func redirect() {
    var information = stat()
    if let path, stat(path, &information) == 0, information.st_size > Self.limit {
      _ = rename(path, path + ".1")
    }
    var file: Int32 = -1
    if let path {
      file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }
    if file < 0 { file = open("/dev/null", O_WRONLY | O_CLOEXEC) }
    guard file >= 0 else { return }
    dup2(file, STDERR_FILENO)
    close(file)
  }
}
