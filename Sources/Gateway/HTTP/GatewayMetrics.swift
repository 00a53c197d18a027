import Foundation
import Synchronization

/// Counters, gauges and histograms in the Prometheus text format (version 0.0.4). Labels are
/// route templates and fixed words, so their number is bounded.
public final class GatewayMetrics: Sendable {
  private struct Histogram {
    var counts: [Int]
    var sum = 0.0
    var count = 0
  }
  private struct Values {
    var counters: [String: [String: Double]] = [:]
    var histograms: [String: [String: Histogram]] = [:]
    var gauges: [String: Double] = [:]
  }
  private static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
  private let values = Mutex(Values())

  public init() {}

  func count(method: String, handler: String, status: Int, seconds: Double) {
    let known = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].contains(method)
    let method = known ? method : "other"
    add("http_requests_total", "method=\"\(method)\",handler=\"\(handler)\",status=\"\(status)\"")
    observe(
      "http_request_duration_seconds", "method=\"\(method)\",handler=\"\(handler)\"", seconds)
  }

  /// Adds to a counter; the labels are ready text such as `status="ok"`.
  func add(_ name: String, _ labels: String = "", by amount: Double = 1) {
    values.withLock { $0.counters[name, default: [:]][labels, default: 0] += amount }
  }

  func set(_ name: String, _ value: Double) { values.withLock { $0.gauges[name] = value } }

  func change(_ name: String, by amount: Double) {
    values.withLock { $0.gauges[name, default: 0] += amount }
  }

  func observe(_ name: String, _ labels: String, _ seconds: Double) {
    values.withLock { values in
      let empty = Histogram(counts: Array(repeating: 0, count: Self.bounds.count))
      var histogram = values.histograms[name, default: [:]][labels] ?? empty
      for (index, bound) in Self.bounds.enumerated() where seconds <= bound {
        histogram.counts[index] += 1
      }
      histogram.sum += seconds
      histogram.count += 1
      values.histograms[name, default: [:]][labels] = histogram
    }
  }

  /// Everything as text.
  public func text() -> String {
    let values = values.withLock { $0 }
    var lines: [String] = []
    func line(_ name: String, _ labels: String, _ value: String) {
      lines.append(labels.isEmpty ? "\(name) \(value)" : "\(name){\(labels)} \(value)")
    }
    for (name, rows) in values.counters.sorted(by: { $0.key < $1.key }) {
      lines.append("# TYPE \(name) counter")
      for (labels, value) in rows.sorted(by: { $0.key < $1.key }) {
        line(name, labels, "\(value)")
      }
    }
    for (name, value) in values.gauges.sorted(by: { $0.key < $1.key }) {
      lines.append("# TYPE \(name) gauge")
      line(name, "", "\(value)")
    }
    for (name, rows) in values.histograms.sorted(by: { $0.key < $1.key }) {
      lines.append("# TYPE \(name) histogram")
      for (labels, histogram) in rows.sorted(by: { $0.key < $1.key }) {
        let comma = labels.isEmpty ? "" : ","
        for (bound, count) in zip(Self.bounds, histogram.counts) {
          line("\(name)_bucket", "\(labels)\(comma)le=\"\(bound)\"", "\(count)")
        }
        line("\(name)_bucket", "\(labels)\(comma)le=\"+Inf\"", "\(histogram.count)")
        line("\(name)_sum", labels, "\(histogram.sum)")
        line("\(name)_count", labels, "\(histogram.count)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
