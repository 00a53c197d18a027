import CLinux
public import Screen

/// What a turn of the loop brings.
public enum TerminalEvent: Sendable, Equatable {
  case input(InputEvent)
  case signal(LoopSignal)
}

/// Waits for the terminal, for signals and for the actor's jobs; sleeps while there are none.
@UIActor
public final class EventLoop {
  private var isRunning = false
  private var wantsTurn = false

  public init() {}

  /// Runs until ``stop()``. Each turn: input and signals are read, the actor's jobs run, then `turn`
  /// gets what came in and may draw. `turn` is called at least once, at the start.
  public func run(terminal: Terminal, turn: @UIActor ([TerminalEvent]) -> Void) {
    isRunning = true
    turn([])
    while isRunning {
      let events = wait(for: terminal)
      if !events.isEmpty { turn(events) }
      // Jobs before drawing, so that an answer that is already there is in the same frame.
      UIExecutor.shared.runWaitingJobs()
      turn([])
    }
  }

  /// Ends ``run(terminal:turn:)`` after this turn.
  public func stop() {
    isRunning = false
    UIExecutor.shared.wake()
  }

  private func wait(for terminal: Terminal) -> [TerminalEvent] {
    let readable = Int16(POLLIN)
    var descriptors = [
      pollfd(fd: terminal.inputDescriptor, events: readable, revents: 0),
      pollfd(fd: UIExecutor.shared.wakeDescriptor, events: readable, revents: 0),
      pollfd(fd: terminal.signalDescriptor, events: readable, revents: 0),
      pollfd(
        fd: terminal.hasUnsentOutput ? terminal.outputDescriptor : -1, events: Int16(POLLOUT),
        revents: 0),
    ]
    let ready = poll(&descriptors, nfds_t(descriptors.count), terminal.inputTimeout)
    guard ready >= 0 else { return [] }
    var events: [TerminalEvent] = []
    if descriptors[2].revents != 0 { events += terminal.takeSignals() }
    if descriptors[3].revents != 0 { terminal.sendOutput() }
    if descriptors[0].revents != 0 {
      events += terminal.takeInput().map { .input($0) }
      if terminal.isGone { events.append(.signal(.hangUp)) }
    } else if ready == 0 {
      events += terminal.inputTimedOut().map { .input($0) }
    }
    return events
  }
}
