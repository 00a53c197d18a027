import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Wire

/// `/health` (the process answers), `/ready` (it can take studies), `/metrics`, `/capabilities`.
struct HealthRoutes: Sendable {
  let catalogue: any CatalogueHealth & CustodyCatalogue
  let blobs: any BlobStore
  let configuration: GatewayConfiguration
  let metrics: GatewayMetrics

  func add(to router: Router<GatewayContext>) {
    router.get("/") { _, _ in JSON.response(Self.health) }
    router.get("health") { _, _ in JSON.response(Self.health) }
    router.get("ready") { _, _ in try await ready() }
    router.get("metrics") { _, _ in
      if let depth = try? await catalogue.queueDepth() {
        metrics.set("relay_pacs_queue_depth", Double(depth))
      }
      return Response(
        status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
        body: .init(byteBuffer: ByteBuffer(string: metrics.text())))
    }
  }

  private static let health = ["status": "healthy", "service": "relay-pacs-api"]

  /// The database answers and there is room on the disk. The PACS is no part of it: without it
  /// studies are taken and wait.
  private func ready() async throws -> Response {
    var checks = ["database": "ok", "disk": "ok"]
    do { try await catalogue.ping() } catch { checks["database"] = "failed" }
    let free = try? await blobs.freeBytes()
    if let free, free >= configuration.diskReserve {} else { checks["disk"] = "full" }
    let isReady = checks.values.allSatisfy { $0 == "ok" }
    return JSON.response(
      Readiness(status: isReady ? "ready" : "unavailable", checks: checks),
      status: isReady ? .ok : .serviceUnavailable)
  }

  private struct Readiness: Encodable {
    var status: String
    var checks: [String: String]
  }

  static func capabilities(_ configuration: GatewayConfiguration) -> Capabilities {
    Capabilities(
      product: "radrelay-gateway", version: GatewayConfiguration.version,
      extensions: Capabilities.Extension.allCases.map(\.rawValue),
      limits: configuration.limits,
      pieces: .init(minimum: configuration.minimumPiece), batch: configuration.chunkBatch,
      compression: ["gzip"],
      sopLookup: .init(
        maximum: configuration.maximumLookup, studies: configuration.maximumStudyLookup))
  }
}
