import Foundation

/// What a figure needs beside itself: where and when it was measured.
enum Machine {
  /// One line: date, processor, cores, kernel, load average.
  static func line(at date: Date = Date()) -> String {
    let processor =
      (text("/proc/cpuinfo") ?? "").split(separator: "\n")
      .first { $0.hasPrefix("model name") }?.split(separator: ":").last
      .map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
    let kernel = text("/proc/sys/kernel/osrelease")?.trimmingCharacters(in: .newlines) ?? "?"
    let load = (text("/proc/loadavg") ?? "").split(separator: " ").prefix(3).joined(separator: " ")
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return date.formatted(.iso8601)
      + ", \(cores) cores of \(processor), Linux \(kernel), load average \(load)"
  }

  static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// A program that was built or installed beside this one.
  static func sibling(_ name: String) throws -> String {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let path = (own as NSString).deletingLastPathComponent + "/" + name
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw BenchError("\(path) is missing: build it with `swift build -c release`.")
    }
    return path
  }

  /// A program of the system.
  static func installed(_ name: String) throws -> String {
    for folder in ["/usr/bin", "/usr/sbin", "/usr/local/bin"] {
      let path = folder + "/" + name
      if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    throw BenchError("\(name) is not installed; it is needed for the comparison.")
  }
}

/// Why a suite cannot measure.
struct BenchError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
