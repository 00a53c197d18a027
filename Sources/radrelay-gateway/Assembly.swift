import Domain
import Foundation
import Gateway
import GatewayEmbedded

/// Puts the embedded parts together.
struct Assembly {
  let parts: GatewayParts
  let catalogue: SQLiteCatalogue

  init(
    _ directory: DataDirectory, pacs: PACSOptions, configuration: GatewayConfiguration
  ) async throws {
    let bus = InProcessEventBus()
    catalogue = try SQLiteCatalogue(file: directory.database, bus: bus)
    let files = FileStore(directory)
    let archive: any Archive
    if let remote = try pacs.configuration() {
      archive = DICOMwebArchive(configuration: remote)
    } else {
      archive = try Self.builtIn(directory)
    }
    parts = GatewayParts(
      catalogue: catalogue, chunks: files, blobs: files, bus: bus, archive: archive,
      reader: DICOMInstanceReader(),
      tokens: try await TokenIssuer(
        key: try directory.tokenKey(make: TokenIssuer.makeKey), now: configuration.now),
      hasher: try PasswordHasher())
  }
}
