import DICOM
public import Domain
import Foundation
import Sync

/// Reads the headers of scanned files again: a scan keeps no patient for every file.
public enum HeaderReading {
  /// Files read at the same time.
  private static let width = 4

  public static func organiser(of studies: [ScannedStudy]) async -> Organiser {
    Organiser(studies, headers: await headers(of: studies.flatMap(\.files)), seed: UUID())
  }

  /// What each file says, in their order; nil where it is not any more what the scan saw.
  static func headers(of files: [DraftFile]) async -> [ScannedInstance?] {
    let size = max(1, (files.count + width - 1) / width)
    let parts = stride(from: 0, to: files.count, by: size).map {
      Array(files[$0..<min(files.count, $0 + size)])
    }
    var read = [[ScannedInstance?]](repeating: [], count: parts.count)
    await withTaskGroup(of: (Int, [ScannedInstance?]).self) { group in
      for (number, part) in parts.enumerated() {
        group.addTask { (number, await headers(inPart: part)) }
      }
      for await (number, headers) in group { read[number] = headers }
    }
    return read.flatMap { $0 }
  }

  /// On a thread that may block for as long as a bad medium takes.
  private static func headers(inPart files: [DraftFile]) async -> [ScannedInstance?] {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        let archives = ArchiveSources()
        continuation.resume(returning: files.map { header($0, archives) })
      }
    }
  }

  private static func header(_ file: DraftFile, _ archives: ArchiveSources) -> ScannedInstance? {
    if file.archiveEntry != nil {
      guard let found = try? archives.header(of: file),
        found.sopInstanceUID == file.sopInstanceUID
      else { return nil }
      return found
    }
    guard let found = try? ScannedInstance.read(path: file.path),
      found.sopInstanceUID == file.sopInstanceUID, found.byteCount == file.byteCount,
      found.modifiedAt == file.modifiedAt
    else { return nil }
    return found
  }
}
