import Domain
import Synchronization

/// Studies on their way to the archive at the same time: two of any service level, and one more
/// that only STAT and emergency studies may take, so that a long routine study never holds them up.
final class DeliverySlots: Sendable {
  private let busy = Mutex<Set<UploadID>>([])
  private let width: Int

  init(width: Int = 2) { self.width = width }

  /// - Returns: false when the study is on its way already or has to wait.
  func enter(_ id: UploadID, isUrgent: Bool) -> Bool {
    busy.withLock { busy in
      guard busy.count < width + (isUrgent ? 1 : 0) else { return false }
      return busy.insert(id).inserted
    }
  }

  func leave(_ id: UploadID) { busy.withLock { _ = $0.remove(id) } }
}
