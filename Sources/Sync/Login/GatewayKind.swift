import Foundation
import Store
import Synchronization
import Wire

/// What gateways can do, asked once an hour and remembered in the store: a gateway that once had
/// extensions and now answers 404 is in trouble (a proxy, a restart), not plain.
actor GatewayKinds {
  private let store: Store
  private let timing: Timing
  private var known: [String: (kind: GatewayKind, at: Date)] = [:]

  init(store: Store, timing: Timing) {
    self.store = store
    self.timing = timing
  }

  func kind(of link: any GatewayLink) async throws -> GatewayKind {
    let now = timing.now()
    // Either way: the clock may have been set back.
    if let found = known[link.origin], abs(now.timeIntervalSince(found.at)) < 3600 {
      return found.kind
    }
    let name = "extensions:\(link.origin)"
    let kind: GatewayKind
    if let capabilities = try await link.capabilities() {
      kind = GatewayKind(capabilities)
      if try await store.cursor(name) == nil {
        try await store.apply(
          RemoteChanges(cursor: .init(name: name, value: capabilities.product)), at: now)
      }
    } else if try await store.cursor(name) != nil {
      throw LinkError.server(
        status: 404, retryAfter: nil, message: "its capabilities are missing for now")
    } else {
      kind = GatewayKind(nil)
    }
    known[link.origin] = (kind, now)
    return kind
  }
}

/// What one gateway can do.
struct GatewayKind: Sendable, Equatable {
  struct Batch: Sendable, Equatable {
    var bytes: Int
    var chunks: Int
  }

  var manifest = false
  var chunkDigest = false
  var proof = false
  var changes = false
  var cancel = false
  var templates = false
  /// The smallest piece of a chunk that it takes, bytes; nil: whole chunks only.
  var pieces: Int?
  /// Bytes and chunks that it takes in one body; nil: one chunk at a time.
  var batch: Batch?
  var gzip = false
  /// SOP Instance UIDs that it takes in one question for known images; nil: it cannot be asked.
  var sopLookup: Int?
  /// Studies that it takes in the same question, to find others that look like them.
  var studyLookup = 0
  /// Bytes and counts; a plain RelayPACS takes 1 byte to 5 MiB and studies up to 2 GiB.
  var minimumChunk = 1
  var maximumChunk = 5 << 20
  var maximumStudyBytes: Int64 = 2_147_483_648
  var maximumFiles = 20_000

  init(_ capabilities: Capabilities?) {
    guard let capabilities else { return }
    manifest = capabilities.has(.manifest)
    chunkDigest = capabilities.has(.chunkDigest)
    // Without a manifest the gateway does not know our file ids and digests beforehand.
    proof = capabilities.has(.proof) && manifest
    changes = capabilities.has(.changes)
    cancel = capabilities.has(.cancel)
    // What the gateway merges comes back with the changes.
    templates = capabilities.has(.templates) && changes
    let limits = capabilities.limits
    // The memory for chunks in flight is ours: 16 MiB at most, whatever the gateway likes.
    minimumChunk = max(1, min(limits.minimumChunk, 16 << 20))
    maximumChunk = max(minimumChunk, min(limits.maximumChunk, 16 << 20))
    maximumStudyBytes = max(1, limits.maximumStudyBytes)
    maximumFiles = max(1, limits.maximumFiles)
    if let maximum = capabilities.sopLookup?.maximum, maximum > 0 {
      sopLookup = min(maximum, 1_000)
      studyLookup = max(0, min(capabilities.sopLookup?.studies ?? 0, 100))
    }
    guard chunkDigest else { return }
    if let minimum = capabilities.pieces?.minimum, (1...131_072).contains(minimum) {
      pieces = minimum
    }
    if let offer = capabilities.batch, offer.maximumBytes > 0, offer.maximumChunks > 1 {
      batch = Batch(
        bytes: min(offer.maximumBytes, 4 << 20), chunks: min(offer.maximumChunks, 1_000))
    }
    gzip = capabilities.compression?.contains("gzip") == true
  }
}
