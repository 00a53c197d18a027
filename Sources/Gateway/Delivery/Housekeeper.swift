import Domain
import Foundation
import Logging
public import ServiceLifecycle

/// Ends sessions whose time is over, and lets go of objects that the archive was proven to have
/// for long enough.
public struct Housekeeper: Service {
  let catalogue: any UploadCatalogue & CustodyCatalogue
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
      for id in try await catalogue.expired(before: now) {
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
    } catch is CancellationError {
      return
    } catch {
      logger.error("housekeeping was interrupted", metadata: ["error": "\(error)"])
    }
  }
}
