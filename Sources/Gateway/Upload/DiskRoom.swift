import Synchronization

/// Keeps bytes away from a disk that is nearly full, before they come: what was acknowledged stays
/// whole, and the catalogue can still be written.
final class DiskRoom: Sendable {
  private struct State {
    /// Bytes that may be taken before the disk is asked again.
    var known: Int64 = 0
    var askedAt = ContinuousClock.now
  }
  private let state = Mutex(State())
  private let blobs: any BlobStore
  private let reserve: Int64

  init(blobs: any BlobStore, reserve: Int64) {
    self.blobs = blobs
    self.reserve = reserve
  }

  /// The disk is asked only now and then while there is much room.
  private static let plenty: Int64 = 1 << 30
  private static let between = Duration.seconds(1)

  /// - Throws: 507 when the disk would have less than the reserve after these bytes.
  func admit(_ bytes: Int) async throws {
    let isKnown = state.withLock { state in
      guard state.known >= Int64(bytes), state.askedAt.duration(to: .now) < Self.between else {
        return false
      }
      state.known -= Int64(bytes)
      return true
    }
    if isKnown { return }
    let free = try await blobs.freeBytes() - reserve
    guard free >= Int64(bytes) else { throw UploadProblems.diskFull }
    state.withLock { state in
      state.known = free > Self.plenty ? min(free / 8, Self.plenty) : 0
      state.askedAt = .now
    }
  }
}
