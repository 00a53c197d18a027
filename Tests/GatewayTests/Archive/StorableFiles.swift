import DICOM
import Foundation
import Gateway
import TestSupport

/// Real DICOM files that an archive can take: those with all UIDs, each SOP Instance UID once.
enum StorableFiles {
  struct File: Sendable {
    var instance: OutgoingInstance
    var study: String
    var series: String
    var modality: String
  }

  /// All of them; none without the shared data.
  static let all: [File] = {
    guard let folder = SharedData.dicom,
      let paths = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    else { return [] }
    var files: [File] = []
    var known: Set<String> = []
    let urls = paths.compactMap { $0 as? URL }.sorted { $0.path < $1.path }
    for url in urls where !url.path.contains("/malformed/") {
      guard let file = try? DICOMFile.read(path: url.path, options: .header), file.isPart10,
        file.problem == nil, let made = read(file, url),
        known.insert(made.instance.sopInstanceUID).inserted
      else { continue }
      files.append(made)
    }
    return files
  }()

  /// The largest few studies and some single ones: enough for what does not need them all.
  static var some: [File] { all.filter { $0.instance.file.path.contains("series_ct_ge") } }

  private static func read(_ file: DICOMFile, _ url: URL) -> File? {
    let set = file.dataSet
    let uids = [Tag.sopInstanceUID, .sopClassUID, .studyInstanceUID, .seriesInstanceUID]
      .compactMap { set.string($0) }.filter { !$0.isEmpty }
    guard uids.count == 4 else { return nil }
    return File(
      instance: OutgoingInstance(
        sopInstanceUID: uids[0], sopClassUID: uids[1], file: url, byteCount: Int64(file.size)),
      study: uids[2], series: uids[3], modality: set.string(.modality) ?? "")
  }

  static func byStudy(_ files: [File]) -> [(study: String, files: [File])] {
    Dictionary(grouping: files, by: \.study).sorted { $0.key < $1.key }
      .map { (study: $0.key, files: $0.value) }
  }
}

/// A folder that goes away with the test.
final class TemporaryFolder {
  let url = FileManager.default.temporaryDirectory
    .appendingPathComponent("radrelay-test-\(UUID().uuidString)")
  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file and describes it as an instance.
  func instance(_ uid: String, _ bytes: Data) throws -> OutgoingInstance {
    let file = url.appendingPathComponent(UUID().uuidString)
    try bytes.write(to: file)
    return OutgoingInstance(
      sopInstanceUID: uid, sopClassUID: "1.2.840.10008.5.1.4.1.1.2", file: file,
      byteCount: Int64(bytes.count))
  }
}
