import DICOM
import Foundation
import NIOHTTP1

extension DICOMwebArchive {
  /// Asks page by page until a page brings nothing new: a server may cap pages below what was
  /// asked for, and a short page alone is no proof of the end.
  public func instances(ofStudy study: String) async throws -> [ArchivedInstance] {
    let path = try "/studies/\(Self.escaped(study))/instances"
    let fields = ["00080016", "00080018", "0020000E", "00080060"]
      .map { "includefield=\($0)" }.joined(separator: "&")
    var found: [ArchivedInstance] = []
    var known: Set<String> = []
    var offset = 0
    while true {
      try Task.checkCancellation()
      let answer = try await send(
        .GET, "\(path)?\(fields)&limit=\(configuration.pageSize)&offset=\(offset)",
        accept: "application/dicom+json", limit: configuration.answerLimit)
      // 404 is how some servers say that they do not know the study.
      if answer.status == 204 || answer.status == 404 { return found }
      guard answer.status == 200 else { throw Self.error(answer.status) }
      guard let page = try? DICOMJSON.list(answer.body) else {
        throw ArchiveError.malformed("the PACS's answer to a query is no list in DICOM JSON")
      }
      let before = known.count
      for set in page {
        let instance = ArchivedInstance(
          seriesInstanceUID: set.text("0020000E"), sopInstanceUID: set.text("00080018"),
          sopClassUID: set.text("00080016"), modality: set.text("00080060"))
        guard !instance.sopInstanceUID.isEmpty else { continue }
        if known.insert(instance.sopInstanceUID).inserted { found.append(instance) }
      }
      guard found.count <= configuration.maximumInstances else {
        throw ArchiveError.malformed("more than \(configuration.maximumInstances) instances")
      }
      offset += page.count
      if known.count == before { return found }
    }
  }
}
