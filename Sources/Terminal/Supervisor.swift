import CNCurses
import Glibc

/// The process that waits for the program and puts the terminal back when the program could not.
public enum Supervisor {
  /// Forks, runs `body` in the process that goes on as the program, and ends it with the exit status
  /// that `body` returns. The other process waits, holds next to no memory of its own, and ends as
  /// the program did.
  ///
  /// `body` runs on a new thread: locks of the Swift runtime do not work on the thread that forked
  /// (see `rr_run_on_new_thread`). Call it first in `main`, before any thread exists.
  /// `RADRELAY_NO_SUPERVISOR=1` in `environment` leaves the other process out, for debuggers.
  public static func run(
    environment: [String: String], _ body: @escaping @Sendable () -> Int32
  ) -> Never {
    guard environment["RADRELAY_NO_SUPERVISOR"] != "1", rr_supervise() == 0 else { exit(body()) }
    let box = Unmanaged.passRetained(Body(body))
    rr_run_on_new_thread(
      { pointer in
        guard let pointer else { exit(1) }
        exit(Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run())
      }, box.toOpaque())
    exit(1)
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Int32
    init(_ run: @escaping @Sendable () -> Int32) { self.run = run }
  }

  /// Blocks the signals that the event loop reads, in this thread and those that it starts. Call it
  /// before other threads exist.
  public static func blockLoopSignals() { LoopSignals.block() }
}
