import CLinux
import Glibc

/// Signals that the event loop reads as input.
public enum LoopSignal: Sendable, Equatable {
  /// SIGTERM, SIGINT or SIGQUIT from outside: end, restoring the terminal.
  case terminate
  /// SIGHUP: the terminal is gone.
  case hangUp
}

/// The signals' descriptor. The signals are blocked in all threads: block them before there are any.
enum LoopSignals {
  private static let numbers = [
    SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT,
  ]

  static func block() {
    var set = signalSet()
    pthread_sigmask(SIG_BLOCK, &set, nil)
    signal(SIGPIPE, SIG_IGN)
  }

  /// A descriptor that is readable when one of them came; nil when there are no descriptors left.
  static func descriptor() -> Int32? {
    var set = signalSet()
    let descriptor = radrelay_signalfd(&set)
    return descriptor < 0 ? nil : descriptor
  }

  /// The signals that came, each once.
  static func take(_ descriptor: Int32) -> Set<Int32> {
    var taken: Set<Int32> = []
    var information = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    while read(descriptor, &information, size) == size {
      taken.insert(Int32(truncatingIfNeeded: information.ssi_signo))
    }
    return taken
  }

  private static func signalSet() -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in numbers { sigaddset(&set, number) }
    return set
  }
}
