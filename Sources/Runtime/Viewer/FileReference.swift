import DICOM
import Foundation
import Imaging

/// Where the bytes of an instance are: a file, or an entry of an archive.
struct FileReference: Sendable, Hashable {
  var path: String
  /// The name inside of the archive at ``path``.
  var entry: String?

  /// The path, and the entry behind `!`.
  var shown: String { entry.map { "\(path)!\($0)" } ?? path }

  /// The largest entry of an archive that is unpacked in memory.
  static let maximumEntryBytes = 1 << 30

  /// Opens the file for its frames.
  func frames() throws(FrameError) -> FrameReader {
    guard entry != nil else { return try FrameReader(path: path) }
    return try FrameReader(bytes: try bytes(), name: shown)
  }

  /// Opens the file for its attributes.
  func opened() throws(FrameError) -> OpenedFile {
    do throws(DICOMError) {
      guard entry != nil else { return try OpenedFile(path: path) }
      return try OpenedFile(bytes: try archived(), name: shown)
    } catch {
      throw .file(error)
    }
  }

  private func bytes() throws(FrameError) -> [UInt8] {
    do throws(DICOMError) { return try archived() } catch { throw .file(error) }
  }

  private func archived() throws(DICOMError) -> [UInt8] {
    let archive = try ZipArchive(path: path)
    guard let found = archive.entries.first(where: { $0.name == entry }) else {
      throw .unreadable(file: shown, reason: "the archive has no such entry any more")
    }
    return try archive.read(found, limit: Self.maximumEntryBytes)
  }
}
