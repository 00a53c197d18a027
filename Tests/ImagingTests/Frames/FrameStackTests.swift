import Dispatch
import Foundation
import Synchronization
import Testing

@testable import Imaging

@Suite struct FrameStackTests {
  /// Notes what is asked for, and lets it through when the test says so.
  final class Loader: Sendable {
    let asked = Mutex<[Int]>([])
    let gate = DispatchSemaphore(value: 0)
    let isGated: Bool

    init(isGated: Bool = false) { self.isGated = isGated }

    func load(_ index: Int) throws(FrameError) -> Frame {
      asked.withLock { $0.append(index) }
      if isGated { gate.wait() }
      if index == 13 { throw .noPixelData(file: "file13") }
      guard let frame = FrameStackTests.frame(index) else { throw .noPixelData(file: "") }
      return frame
    }
  }

  static func frame(_ index: Int) -> Frame? {
    Frame(
      columns: 10, rows: 10, bitsAllocated: 16, bitsStored: 16, isSigned: false,
      photometric: .monochrome2,
      pixels: .uint16([UInt16](repeating: UInt16(index), count: 100)))
  }

  private func waitUntil(_ condition: () -> Bool) {
    while !condition() { sched_yield() }
  }

  @Test func framesAreDecodedAheadAndKept() async throws {
    let loader = Loader()
    let stack = FrameStack(count: 40) { index throws(FrameError) in try loader.load(index) }
    let frame = try await stack.frame(5)
    #expect(frame.pixels.value(at: 0) == 5)
    waitUntil { (0..<40).allSatisfy { stack.ready($0) != nil } }
    #expect(loader.asked.withLock { $0.count } == 40, "each is loaded once")
    #expect(try await stack.frame(39).pixels.value(at: 0) == 39)
  }

  @Test func aBrokenFrameIsOneFrame() async throws {
    let loader = Loader()
    let stack = FrameStack(count: 20) { index throws(FrameError) in try loader.load(index) }
    await #expect(throws: FrameError.noPixelData(file: "file13")) { try await stack.frame(13) }
    #expect(try await stack.frame(14).pixels.value(at: 0) == 14)
    await #expect(throws: FrameError.self) { try await stack.frame(20) }
    await #expect(throws: FrameError.self) { try await stack.frame(-1) }
  }

  @Test func whatIsLookedAtComesBeforeWhatWasPlanned() async throws {
    let loader = Loader(isGated: true)
    let stack = FrameStack(count: 100, workers: 1) { index throws(FrameError) in
      try loader.load(index)
    }
    stack.look(at: 0)
    waitUntil { loader.asked.withLock { $0 } == [0] }
    async let wanted = stack.frame(70)
    waitUntil { stack.isWanted(70) }
    for _ in 0..<4 { loader.gate.signal() }
    #expect(try await wanted.pixels.value(at: 0) == 70)
    waitUntil { loader.asked.withLock { $0.count } == 5 }
    #expect(loader.asked.withLock { $0 } == [0, 70, 71, 72, 69])
    for _ in 0..<200 { loader.gate.signal() }
  }

  @Test func memoryIsBounded() async throws {
    let loader = Loader()
    // Room for ten frames, but the first guess of a frame's size is larger.
    let stack = FrameStack(count: 200, budget: 2000) { index throws(FrameError) in
      try loader.load(index)
    }
    for index in stride(from: 0, to: 200, by: 3) { _ = try await stack.frame(index) }
    waitUntil { stack.isIdle }
    let held = (0..<200).filter { stack.ready($0) != nil }
    #expect(held.count <= 10 && held.contains(198))
    stack.rest()
    #expect((0..<200).allSatisfy { stack.ready($0) == nil })
  }

  @Test func orderFollowsTheMovement() {
    var order = StackOrder(count: 100)
    #expect(order.nearest(10) { _ in true } == nil)
    order.move(to: 50)
    var taken: [Int] = []
    while let next = order.nearest(6, where: { !taken.contains($0) }) { taken.append(next) }
    #expect(taken == [50, 51, 52, 49, 53, 54])
    order.move(to: 49)
    taken = []
    while let next = order.nearest(3, where: { !taken.contains($0) }) { taken.append(next) }
    #expect(taken == [49, 48, 47])
    // At the end of the stack there is nothing ahead.
    order.move(to: 0)
    #expect(order.nearest(3) { $0 != 0 } == 1)
    taken = []
    while let next = order.nearest(4, where: { !taken.contains($0) }) { taken.append(next) }
    #expect(taken == [0, 1, 2, 3])
  }
}
