import CLinux
public import Screen

/// What a turn of the loop brings.
public enum TerminalEvent: Sendable, Equatable {
  case input(InputEvent)
  case signal(LoopSignal)
  /// What is known about showing pictures here has changed: the terminal has answered.
  case images(ImageOutput)
}

/// Waits for the terminal, for signals and for the actor's jobs; sleeps while there are none.
@UIActor
public final class EventLoop {
  private var isRunning = false

  public init() {}

  /// Runs until ``stop()``. Each turn: what came from the terminal is handled, the actor's jobs that
  /// wait are run, then `draw` may present a frame. `draw` is called once before the first wait.
  public func run(
    terminal: Terminal, handle: @UIActor ([TerminalEvent]) -> Void, draw: @UIActor () -> Void
  ) {
    isRunning = true
    draw()
    while isRunning {
      let events = wait(for: terminal)
      if !events.isEmpty { handle(events) }
      // Jobs before drawing, so that an answer that is already there is in the same frame.
      UIExecutor.shared.runWaitingJobs()
      draw()
    }
  }

  /// Ends ``run(terminal:handle:draw:)`` after this turn.
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
        fd: terminal.awaitsOutput ? terminal.outputDescriptor : -1, events: Int16(POLLOUT),
        revents: 0),
    ]
    let ready = poll(&descriptors, nfds_t(descriptors.count), terminal.timeout)
    guard ready >= 0 else { return [] }
    var events = terminal.takePendingEvents()
    if descriptors[2].revents != 0 { events += terminal.takeSignals() }
    if descriptors[3].revents != 0 { terminal.sendOutput() }
    if descriptors[0].revents != 0 {
      events += terminal.takeInput()
    } else if ready == 0 {
      events += terminal.timedOut().map { .input($0) }
    }
    // Whoever noticed it, in reading or in writing, and whether or not a signal tells it too.
    if terminal.takeLoss() { events.append(.signal(.hangUp)) }
    return events
  }
}
