import Foundation

/// Wall and CPU seconds of a piece of work in this process, all threads.
struct Measure: Comparable {
  var wall: Double
  var cpu: Double

  static let worst = Measure(wall: .infinity, cpu: .infinity)

  static func < (a: Measure, b: Measure) -> Bool { a.cpu < b.cpu }

  /// The clocks now, to be given to ``since(_:)``.
  static func now() -> Measure {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double {
      Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
    }
    var wall = timespec()
    clock_gettime(CLOCK_MONOTONIC, &wall)
    return Measure(
      wall: Double(wall.tv_sec) + Double(wall.tv_nsec) / 1e9,
      cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime))
  }

  static func since(_ start: Measure) -> Measure {
    let end = now()
    return Measure(wall: end.wall - start.wall, cpu: max(1e-6, end.cpu - start.cpu))
  }

  static func of(_ work: () throws -> Void) rethrows -> Measure {
    let start = now()
    try work()
    return since(start)
  }
}
