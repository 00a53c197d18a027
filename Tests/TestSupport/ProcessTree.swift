import Foundation
import Glibc

/// A process and what it started, as Linux shows them in `/proc`.
public enum ProcessTree {
  /// The processes that a process started, with theirs; without itself.
  public static func descendants(of process: Int32) -> [Int32] {
    var found: [Int32] = []
    var waiting = [process]
    while let next = waiting.popLast() {
      let threads =
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(next)/task")) ?? []
      for thread in threads {
        let path = "/proc/\(next)/task/\(thread)/children"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let children = text.split(separator: " ").compactMap { Int32($0) }
        found += children
        waiting += children
      }
    }
    return found
  }

  /// False when a process has ended, whether or not somebody has waited for it.
  public static func isRunning(_ process: Int32) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      // The name before it may hold anything, parentheses too.
      let state = text.split(separator: ")").last?.split(separator: " ").first
    else { return false }
    return state != "Z" && state != "X"
  }

  /// What a process and those that it started have done so far.
  public struct Work: Equatable, Sendable {
    /// How often their threads were put on a processor or taken from one.
    public var switches = 0
    /// Whether none of them runs, or wants to.
    public var isResting = true
  }

  public static func work(of process: Int32) -> Work {
    var work = Work()
    for process in [process] + descendants(of: process) {
      let folder = "/proc/\(process)/task"
      for thread in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
        let text =
          (try? String(contentsOfFile: "\(folder)/\(thread)/status", encoding: .utf8)) ?? ""
        for line in text.split(separator: "\n") {
          if line.hasPrefix("State:"), line.contains("R") || line.contains("D (") {
            work.isResting = false
          } else if line.contains("voluntary_ctxt_switches:") {
            work.switches += line.split(separator: "\t").last.flatMap { Int($0) } ?? 0
          }
        }
      }
    }
    return work
  }

  /// Waits until none of some processes runs any more; false when that takes too long.
  public static func waitForEnd(of processes: [Int32], seconds: Double = 120) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while processes.contains(where: isRunning) {
      if ContinuousClock.now > end { return false }
      usleep(10_000)
    }
    return true
  }
}
