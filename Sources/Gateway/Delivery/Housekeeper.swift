import Domain
import Foundation
import Logging
public import ServiceLifecycle

/// Ends sessions whose time is over, lets go of objects that the archive was proven to have for
/// long enough, and of what belongs to nothing.
public struct Housekeeper: Service {
  let catalogue: any UploadCatalogue & CustodyCatalogue & KnownCatalogue
  let chunks: any ChunkStore
  let blobs: any BlobStore
  let configuration: GatewayConfiguration
  let logger: Logger

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        await turn()
        try? await Task.sleep(for: .seconds(600))
      }
    }
  }

  func turn() async {
    let now = configuration.now()
    do {
      let orphaned = now.addingTimeInterval(-configuration.orphanAge)
      for id in try await catalogue.expired(before: orphaned, emptyBefore: now) {
        let isOver = try await catalogue.cancel(
          id, reason: "expired: no chunk came in time", now: now,
          audit: AuditEvent(
            at: now, actor: AuditEvent.gateway, .expireUpload, entity: "upload", id.rawValue))
        if isOver {
          try await chunks.discard(upload: id)
        }
      }
      let date = now.addingTimeInterval(-configuration.retention)
      var released: [BlobKey]
      repeat {
        released = try await catalogue.releasable(provenBefore: date, limit: 500)
        for key in released { try await blobs.remove(key) }
      } while !released.isEmpty
      try await removeOrphans(untouchedSince: orphaned)
    } catch is CancellationError {
      return
    } catch {
      logger.error("housekeeping was interrupted", metadata: ["error": "\(error)"])
    }
  }

  /// What a crash left behind between the store and the catalogue. Only what nobody touched for
  /// long is looked at, and only what the catalogue does not know is removed.
  private func removeOrphans(untouchedSince date: Date) async throws {
    for id in try await catalogue.notReceiving(try await chunks.sessions(untouchedSince: date)) {
      try await chunks.discard(upload: id)
    }
    let (catalogue, blobs) = (catalogue, blobs)
    try await blobs.objects(untouchedSince: date) { keys in
      for key in try await catalogue.unwanted(keys) { try await blobs.remove(key) }
    }
  }
}
