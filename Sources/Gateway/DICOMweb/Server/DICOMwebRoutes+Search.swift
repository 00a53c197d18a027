public import DICOM
import Foundation
import HTTPTypes
import Hummingbird

extension DICOMwebRoutes {
  /// QIDO-RS (PS3.18 section 10.6): 204 when nothing matches.
  func search(_ request: Request, _ query: ArchiveQuery) async throws -> Response {
    guard
      Self.accepts("application/dicom+json", request) || Self.accepts("application/json", request)
    else { throw HTTPError(.notAcceptable, message: "answers are application/dicom+json") }
    let parameters = request.uri.queryParameters.map {
      (name: String($0.key), value: String($0.value))
    }
    guard
      let (query, ignored) = QueryParameters.read(
        parameters, into: query, supported: Self.supported(query.level))
    else {
      throw HTTPError(.badRequest, message: "the query holds an unknown attribute or number")
    }
    var found = try await archive.search(query)
    let root = Self.root(of: request)
    for index in found.indices {
      found[index].set("00081190", "UR", Self.retrieveURL(root, found[index], query.level))
    }
    guard !found.isEmpty else { return Response(status: .noContent) }
    var response = try Self.json(found)
    if !ignored.isEmpty, let warning = HTTPField.Name("Warning") {
      response.headers[warning] =
        "299 radrelay \"Some attributes of the query cannot be matched and were ignored\""
    }
    return response
  }

  /// What can be matched: the keys of the level and of those above it.
  private static func supported(_ level: ArchiveQuery.Level) -> Set<Tag> {
    let study: Set<Tag> = [
      .patientID, .patientName, .patientBirthDate, .studyDate, .accessionNumber, .studyInstanceUID,
      .studyID, .studyDescription, .modalitiesInStudy,
    ]
    let series: Set<Tag> = [.modality, .seriesInstanceUID, .seriesNumber]
    let instance: Set<Tag> = [.sopInstanceUID, .sopClassUID, .instanceNumber]
    // Modality at study level is what people mean by Modalities in Study.
    return switch level {
    case .study: study.union([.modality])
    case .series: study.union(series)
    case .instance: study.union(series).union(instance)
    }
  }

  private static func retrieveURL(
    _ root: String, _ set: DICOMJSON, _ level: ArchiveQuery.Level
  ) -> String {
    var url = "\(root)/studies/\(set.text("0020000D"))"
    if level != .study { url += "/series/\(set.text("0020000E"))" }
    if level == .instance { url += "/instances/\(set.text("00080018"))" }
    return url
  }
}

extension Tag {
  /// Modalities in Study.
  public static let modalitiesInStudy = Tag(0x0008, 0x0061)
}
