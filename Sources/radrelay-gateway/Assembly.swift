import Domain
import Foundation
import Gateway
import GatewayEmbedded

/// Puts the embedded parts together.
struct Assembly {
  let parts: GatewayParts
  let catalogue: SQLiteCatalogue
  /// The built-in archive, when there is no PACS.
  let served: BuiltInArchive?
  let facilitiesWithoutHistory: Set<FacilityID>

  init(
    _ directory: DataDirectory, pacs: PACSOptions, routes: FacilityRoutes,
    configuration: GatewayConfiguration
  ) async throws {
    let bus = InProcessEventBus()
    catalogue = try SQLiteCatalogue(file: directory.database, bus: bus)
    let files = FileStore(directory)
    let archive: any Archive
    var served: BuiltInArchive?
    if let remote = try pacs.configuration() {
      archive = DICOMwebArchive(configuration: remote)
    } else {
      let builtIn = try BuiltInArchive(folder: directory.archive)
      archive = builtIn
      served = builtIn
    }
    self.served = served
    facilitiesWithoutHistory = try await routes.facilitiesWithoutHistory(in: catalogue)
    parts = GatewayParts(
      catalogue: catalogue, chunks: files, blobs: files, bus: bus, archive: archive,
      archives: try await routes.archives(in: catalogue), reader: DICOMInstanceReader(),
      tokens: try await TokenIssuer(
        key: try directory.tokenKey(make: TokenIssuer.makeKey), now: configuration.now),
      hasher: try PasswordHasher())
  }
}
