import Domain
import Store
public import Workstation

extension StoreService {
  /// The files of what the viewer is to show.
  /// - Throws: ``ViewerProblem`` when the store knows of none.
  public func files(of source: ViewerSource) async throws -> [String] {
    switch source {
    case .paths(let paths): return paths
    case .picture: return []
    case .upload(let id):
      let paths = try await store.paths(of: id)
      guard !paths.isEmpty else {
        throw ViewerProblem(
          "This upload was not handed over on this computer: its files are not known here.")
      }
      return paths
    case .remoteUpload(let name):
      guard let id = try await store.upload(remoteID: name)?.id else {
        throw ViewerProblem(
          "The study of this report was not sent from this computer: its images are not here. "
            + "Open them in the PACS, or where they were sent from.")
      }
      return try await files(of: .upload(id))
    }
  }
}
