import Domain
import Foundation
import Screen
import Terminal
import Workstation

/// The run loop's state: the only owner of `AppState`. Takes messages, lets `update` decide, starts
/// the work that it asks for, draws.
@UIActor
final class Session {
  private(set) var state: AppState
  let services: RuntimeServices
  let options: RuntimeOptions
  let tasks = TaskTable()
  private let device: any ScreenDevice
  /// Drawn over for every frame: making one anew costs more than drawing it.
  private var canvas = CellBuffer(size: Size(width: 0, height: 0))
  private let end: @UIActor () -> Void
  /// Loads that run, and whether the same is wanted once more.
  var loads: [String: (query: Query, again: Bool)] = [:]
  /// Changes of the store happen in the order in which they were asked for.
  var lastAction: Task<Void, Never>?
  private var needsDrawing = true
  private var mayDraw = false
  var hasEngine = false
  private var isEnding = false
  private var hasEnded = false
  /// Exit code, once the session ends.
  private(set) var exitCode: Int32 = 0
  /// Why it ended, when it could not go on.
  private(set) var failure: (any Error)?

  /// - Parameter end: called once, when everything is done and the loop may stop.
  init(
    state: AppState, services: RuntimeServices, options: RuntimeOptions,
    device: any ScreenDevice, end: @escaping @UIActor () -> Void
  ) {
    self.state = state
    self.services = services
    self.options = options
    self.device = device
    self.end = end
  }

  /// Begins: first what is on the screen, from the store; then everything else.
  func start() {
    perform(state.start(images: options.images))
    if let problem = options.configuration.problems.first {
      let more = options.configuration.problems.count - 1
      let text = more > 0 ? "\(problem) (and \(more) more: see the log)" : problem
      take(.failed(.load(.settings), text))
    }
    startBackgroundWork()
  }

  /// Events of the terminal.
  func handle(_ events: [TerminalEvent]) {
    for event in events {
      switch event {
      case .input(let input): take(.input(input))
      // 128 + SIGTERM, 128 + SIGHUP: what a shell would show.
      case .signal(.terminate): quit(code: 143)
      case .signal(.hangUp): quit(code: 129)
      case .images(let output): take(.images(output))
      }
    }
  }

  /// Lets a message happen.
  func take(_ message: Message) {
    guard !isEnding else { return }
    refreshClock(before: message)
    perform(update(&state, message))
    device.setMouse(state.wantsMouse)
    device.setImages(
      options.imageMode ?? ImageMode(rawValue: state.wantedImages) ?? .auto,
      lowBandwidth: options.lowBandwidth || state.wantsLowBandwidth)
    needsDrawing = true
  }

  /// An answer of work; dropped when newer work of its kind has begun since.
  func answer(_ ticket: TaskTable.Ticket, _ message: Message) {
    if tasks.isCurrent(ticket) { take(message) }
  }

  /// Draws if something happened; at most once per turn of the loop.
  func draw() {
    guard needsDrawing, !isEnding else { return }
    if !mayDraw {
      // The first picture: with what the store has, if that comes at once.
      guard !tasks.isLoading else { return }
      mayDraw = true
    }
    needsDrawing = false
    if canvas.size != state.size { canvas = CellBuffer(size: state.size) }
    view(state, into: &canvas)
    device.present(canvas)
    if !tasks.isLoading { startEngine() }
  }

  /// Draws from now on, even if the store has not answered.
  func allowDrawing() { mayDraw = true }

  func perform(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .redraw:
        device.redraw()
        needsDrawing = true
      case .bell: device.bell()
      case .suspend:
        device.suspend()
        needsDrawing = true
      case .quit: quit(code: 0)
      default: startWork(effect)
      }
    }
  }

  /// The minute has changed.
  func minute() {
    device.rotateLog()
    take(.clock(options.now()))
  }

  /// Gives the terminal back, lets what must finish finish, and ends. A second call does not wait.
  func quit(code: Int32) {
    guard !isEnding else { return finishEnding() }
    isEnding = true
    exitCode = code
    device.stop()
    // What was typed last: the next start goes on with it.
    if let wizard = state.unfinishedWizard { keep(wizard) }
    let running = tasks.cancelAll()
    let actions = lastAction
    let patience = options.patience
    Task.detached { [services] in
      await actions?.value
      for task in running { await task.value }
      await services.stop()
      await self.finishEnding()
    }
    Task.detached {
      try? await Task.sleep(for: min(patience, .milliseconds(500)))
      await self.sayWaiting()
      try? await Task.sleep(for: patience)
      await self.finishEnding()
    }
  }

  /// The services could not be opened: gives the terminal back and ends; whoever runs the session
  /// says why.
  func end(with error: any Error) {
    guard !isEnding else { return }
    failure = error
    quit(code: 1)
  }

  private func sayWaiting() {
    guard !hasEnded else { return }
    StandardStream.write(
      Data("radrelay: finishing what is being written\n".utf8), to: STDERR_FILENO)
  }

  private func finishEnding() {
    guard !hasEnded else { return }
    hasEnded = true
    end()
  }

  /// Times in messages are compared with the state's clock: it must not be a minute behind.
  private func refreshClock(before message: Message) {
    switch message {
    case .input, .clock, .timer, .transfer, .folder, .scan, .organised, .review, .viewer, .images:
      return
    case .loaded, .done, .failed, .loginResult, .connection, .storeChanged:
      let now = options.now()
      if abs(now.timeIntervalSince(state.now)) >= 1 { _ = update(&state, .clock(now)) }
    }
  }
}
