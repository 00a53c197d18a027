import DICOM
public import Domain
import Foundation

/// Reads the headers of scanned files again: a scan keeps no patient for every file.
public enum HeaderReading {
  /// Files read at the same time.
  private static let width = 4

  public static func organiser(of studies: [ScannedStudy]) async -> Organiser {
    let files = studies.flatMap(\.files)
    let size = max(1, (files.count + width - 1) / width)
    let parts = stride(from: 0, to: files.count, by: size).map {
      Array(files[$0..<min(files.count, $0 + size)])
    }
    var read = [[ScannedInstance?]](repeating: [], count: parts.count)
    await withTaskGroup(of: (Int, [ScannedInstance?]).self) { group in
      for (number, part) in parts.enumerated() {
        group.addTask { (number, await headers(part)) }
      }
      for await (number, headers) in group { read[number] = headers }
    }
    return Organiser(studies, headers: read.flatMap { $0 }, seed: UUID())
  }

  /// On a thread that may block for as long as a bad medium takes.
  private static func headers(_ files: [DraftFile]) async -> [ScannedInstance?] {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(returning: files.map { header($0) })
      }
    }
  }

  /// Nil when it is not any more what the scan saw.
  private static func header(_ file: DraftFile) -> ScannedInstance? {
    guard let found = try? ScannedInstance.read(path: file.path),
      found.sopInstanceUID == file.sopInstanceUID, found.byteCount == file.byteCount,
      found.modifiedAt == file.modifiedAt
    else { return nil }
    return found
  }
}
