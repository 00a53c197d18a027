import Domain
import Foundation
import Terminal
import Workstation

extension Session {
  /// What runs as long as the program: clock, changes of the store, news of the gateway. The engine
  /// itself comes later: see ``startEngine()``.
  func startBackgroundWork() {
    let now = options.now
    let delay = options.firstPictureDelay
    tasks.start(.clock) { _ in
      try? await Task.sleep(for: delay)
      await self.allowDrawing()
      while !Task.isCancelled {
        let seconds = 60 - now().timeIntervalSince1970.truncatingRemainder(dividingBy: 60)
        // A little late, so that the minute has surely changed.
        try? await Task.sleep(for: .seconds(seconds + 0.05))
        if !Task.isCancelled { await self.minute() }
      }
    }
    tasks.start(.changes) { [services] ticket in
      for await regions in await services.data.changes {
        await self.answer(ticket, .storeChanged(regions))
        // What changes meanwhile is gathered by the stream: at most ten reloads a second.
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
    tasks.start(.news) { [services] ticket in
      for await message in await services.sync.messages {
        await self.answer(ticket, message)
      }
    }
    tasks.start(.viewer) { [services] ticket in
      for await answer in services.viewer.answers { await self.answer(ticket, .viewer(answer)) }
    }
  }

  /// Begins sending and fetching. After the first picture: it takes processors and the store, and
  /// its first answer is a round trip away in any case.
  func startEngine() {
    guard !hasEngine else { return }
    hasEngine = true
    tasks.start(.engine) { [services] _ in await services.sync.runUntilCancelled() }
  }
}
