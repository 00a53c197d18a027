import CNCurses

/// The process that waits for the program and puts the terminal back when the program could not.
public enum Supervisor {
  /// Forks; returns in the process that goes on as the program. The other one waits, holds next to
  /// no memory of its own, and ends as the program did. Call it first in `main`, before any thread
  /// exists. `RADRELAY_NO_SUPERVISOR=1` in `environment` leaves it out, for debuggers.
  public static func start(environment: [String: String]) {
    guard environment["RADRELAY_NO_SUPERVISOR"] != "1" else { return }
    _ = rr_supervise()
  }

  /// Blocks the signals that the event loop reads, in this thread and those that it starts. Call it
  /// after ``start(environment:)``, before any thread exists.
  public static func blockLoopSignals() { LoopSignals.block() }
}
