import Dispatch
import Foundation
import Synchronization

/// The frames of a stack, decoded ahead of the one that is looked at, on as many threads as there
/// are processors.
///
/// ```swift
/// let stack = FrameStack(count: files.count) { index throws(FrameError) in
///   try FrameReader(path: files[index]).frame(0)
/// }
/// stack.look(at: 0)
/// let frame = try await stack.frame(0)
/// ```
public final class FrameStack: Sendable {
  public typealias Outcome = Result<Frame, FrameError>

  private struct State {
    var held: [Int: Outcome] = [:]
    var heldBytes = 0
    var loading: Set<Int> = []
    var waiting: [Int: [CheckedContinuation<Outcome, Never>]] = [:]
    var order: StackOrder
    /// Of the largest frame so far; tells how many fit.
    var frameBytes = 1 << 20
  }

  /// Frames in the stack.
  public let count: Int
  private let budget: Int
  private let workers: Int
  private let load: @Sendable (Int) throws(FrameError) -> Frame
  private let state: Mutex<State>
  private let queue = DispatchQueue(
    label: "radrelay.frames", qos: .userInitiated, attributes: .concurrent)

  /// - Parameters:
  ///   - budget: bytes of pixels to keep at most; the frame that is looked at is always kept.
  ///   - workers: frames loaded at the same time; as many as there are processors when nil.
  ///   - load: reads and decodes one frame; called on several threads.
  public init(
    count: Int, budget: Int = 512 << 20, workers: Int? = nil,
    load: @escaping @Sendable (Int) throws(FrameError) -> Frame
  ) {
    self.count = max(0, count)
    self.budget = budget
    self.workers = max(1, workers ?? min(4, ProcessInfo.processInfo.activeProcessorCount))
    self.load = load
    state = Mutex(State(order: StackOrder(count: max(0, count))))
  }

  /// Says what is looked at; the frames around it are loaded, those in the direction of the last
  /// move first.
  public func look(at index: Int) {
    state.withLock { $0.order.move(to: index) }
    pump()
  }

  /// The frame when it is there already. Never waits.
  public func ready(_ index: Int) -> Outcome? {
    state.withLock { $0.held[index] }
  }

  /// Moves to a frame and gives it as soon as it is there.
  /// - Throws: what loading it threw; ``FrameError/noSuchFrame(file:frame:count:)`` beyond the ends.
  public func frame(_ index: Int) async throws(FrameError) -> Frame {
    guard (0..<count).contains(index) else {
      throw .noSuchFrame(file: "stack", frame: index, count: count)
    }
    let outcome = await withCheckedContinuation { continuation in
      let held = state.withLock { state -> Outcome? in
        state.order.move(to: index)
        if let held = state.held[index] { return held }
        state.waiting[index, default: []].append(continuation)
        return nil
      }
      if let held { continuation.resume(returning: held) }
      pump()
    }
    return try outcome.get()
  }

  /// Forgets all frames and stops looking ahead until the next move.
  public func rest() {
    state.withLock { state in
      state.held = [:]
      state.heldBytes = 0
      state.order.rest()
    }
  }

  /// Starts as much as workers are free for.
  private func pump() {
    while let index = state.withLock({ next(&$0) }) {
      queue.async { [self] in
        var outcome: Outcome
        do throws(FrameError) {
          outcome = .success(try load(index))
        } catch {
          outcome = .failure(error)
        }
        let waiting = state.withLock { finish(index, outcome, &$0) }
        for continuation in waiting { continuation.resume(returning: outcome) }
        pump()
      }
    }
  }

  private func next(_ state: inout State) -> Int? {
    guard state.loading.count < workers else { return nil }
    let asked = state.waiting.keys.filter { !state.loading.contains($0) }
    let index =
      asked.min { state.order.cost($0) < state.order.cost($1) }
      ?? state.order.nearest(room(state)) {
        state.held[$0] == nil && !state.loading.contains($0)
      }
    if let index { state.loading.insert(index) }
    return index
  }

  /// Frames that fit into the budget.
  private func room(_ state: State) -> Int { max(1, budget / max(1, state.frameBytes)) }

  private func finish(_ index: Int, _ outcome: Outcome, _ state: inout State)
    -> [CheckedContinuation<Outcome, Never>]
  {
    state.loading.remove(index)
    state.held[index] = outcome
    let bytes = Self.bytes(outcome)
    state.heldBytes += bytes
    state.frameBytes = max(state.frameBytes, bytes)
    while state.heldBytes > budget, state.held.count > 1,
      let far = state.held.keys.max(by: { state.order.cost($0) < state.order.cost($1) }),
      let gone = state.held.removeValue(forKey: far)
    { state.heldBytes -= Self.bytes(gone) }
    return state.waiting.removeValue(forKey: index) ?? []
  }

  private static func bytes(_ outcome: Outcome) -> Int {
    guard case .success(let frame) = outcome else { return 0 }
    return frame.pixels.byteCount
  }
}

// For tests, which wait for states instead of times.
extension FrameStack {
  var isIdle: Bool { state.withLock { $0.loading.isEmpty && $0.waiting.isEmpty } }
  func isWanted(_ index: Int) -> Bool { state.withLock { $0.waiting[index] != nil } }
}
