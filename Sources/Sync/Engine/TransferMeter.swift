import Domain
import Foundation
import Synchronization

/// Measures what goes out: bytes a second over the last few seconds, in all and per upload.
final class TransferMeter: Sendable {
  private struct State {
    var samples: [(at: Date, upload: UploadID, bytes: Int64)] = []
    var progress: [UploadID: (sent: Int64, total: Int64)] = [:]
  }
  /// Seconds that the average looks back.
  static let window: TimeInterval = 5
  private let state = Mutex(State())

  /// An upload is being sent; `sent` of `total` bytes are acknowledged.
  func begin(_ upload: UploadID, sent: Int64, total: Int64) {
    state.withLock { $0.progress[upload] = (sent, total) }
  }

  func end(_ upload: UploadID) {
    state.withLock { state in
      state.progress[upload] = nil
      state.samples.removeAll { $0.upload == upload }
    }
  }

  /// Uploads that are being sent.
  var active: Set<UploadID> { state.withLock { Set($0.progress.keys) } }

  func record(_ upload: UploadID, bytes: Int64, at now: Date) {
    state.withLock { state in
      state.samples.append((now, upload, bytes))
      if let known = state.progress[upload] {
        state.progress[upload] = (min(known.sent + bytes, known.total), known.total)
      }
    }
  }

  /// - Parameters:
  ///   - queued: bytes of uploads that wait, acknowledged and in all.
  func status(at now: Date, queued: (sent: Int64, total: Int64), byAnotherProcess: Bool)
    -> TransferStatus
  {
    state.withLock { state in
      state.samples.removeAll { now.timeIntervalSince($0.at) > TransferMeter.window }
      func speed(_ upload: UploadID?) -> Double {
        let seen = state.samples.filter { upload == nil || $0.upload == upload }
        guard let first = seen.first else { return 0 }
        let span = max(1, now.timeIntervalSince(first.at))
        return seen.reduce(0) { $0 + Double($1.bytes) } / span
      }
      func left(_ bytes: Int64, _ speed: Double) -> TimeInterval? {
        bytes <= 0 ? 0 : speed > 0 ? Double(bytes) / speed : nil
      }
      var uploads: [UploadID: UploadProgress] = [:]
      var sent = queued.sent
      var total = queued.total
      for (id, progress) in state.progress {
        let own = speed(id)
        uploads[id] = UploadProgress(
          sentBytes: progress.sent, totalBytes: progress.total, bytesPerSecond: own,
          secondsLeft: left(progress.total - progress.sent, own))
        sent += progress.sent
        total += progress.total
      }
      let all = speed(nil)
      return TransferStatus(
        bytesPerSecond: all, secondsLeft: left(total - sent, all), sentBytes: sent,
        totalBytes: total, uploads: uploads, byAnotherProcess: byAnotherProcess)
    }
  }
}
