import Domain
import Synchronization

/// Chunks that are being received now, so that two requests never write at the same place.
final class ChunkClaims: Sendable {
  private struct Key: Hashable {
    var upload: UploadID
    var file: String
    var index: Int
  }
  private let claimed = Mutex<Set<Key>>([])

  /// - Returns: false while another request has it.
  func enter(_ upload: UploadID, _ file: String, _ index: Int) -> Bool {
    claimed.withLock { $0.insert(Key(upload: upload, file: file, index: index)).inserted }
  }

  func leave(_ upload: UploadID, _ file: String, _ index: Int) {
    claimed.withLock { _ = $0.remove(Key(upload: upload, file: file, index: index)) }
  }
}
