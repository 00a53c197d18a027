import Terminal
import Workstation

extension Session {
  /// Starts work for the viewer. Only the beat of a cine is kept here: it waits for the interface,
  /// so that a slow terminal leaves pictures out instead of falling behind.
  func work(for request: ViewerRequest) {
    switch request {
    case .cine(let rate?):
      // At least one picture a minute, at most 120 a second: whatever a file claims.
      let interval = Duration.seconds(1 / min(max(rate, 1.0 / 60), 120))
      tasks.start(.cine) { ticket in
        let clock = ContinuousClock()
        var due = clock.now + interval
        while !Task.isCancelled {
          try? await clock.sleep(until: due, tolerance: .zero)
          var steps = 0
          let now = clock.now
          while due <= now {
            due += interval
            steps += 1
            // After a long stop there is nothing to make up for.
            if steps == 1_000 { due = now + interval }
          }
          if !Task.isCancelled { await self.answer(ticket, .viewer(.tick(steps: max(1, steps)))) }
        }
      }
    case .cine(nil): tasks.cancel(.cine)
    case .close:
      tasks.cancel(.cine)
      services.viewer.send(request)
    default: services.viewer.send(request)
    }
  }
}
