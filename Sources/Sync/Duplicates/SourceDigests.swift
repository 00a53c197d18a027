import Crypto
import Domain
import Foundation
import Store

/// Digests of files that are about to be handed over, from wherever they lie. Blocks; one thread.
final class SourceDigests {
  /// An archive is opened once, whatever number of instances are in it.
  private let archives = ArchiveSources()
  private var read: [DraftFile.Place: String?] = [:]

  /// SHA-256 in lower-case hexadecimal; nil when the bytes cannot be read, or are not those that
  /// were found.
  func sha256(of file: DraftFile) -> String? {
    if let known = file.sha256 { return known }
    let place = DraftFile.Place(path: file.path, entry: file.archiveEntry)
    if let known = read[place] { return known }
    let digest = digest(of: file)
    read[place] = .some(digest)
    return digest
  }

  private func digest(of file: DraftFile) -> String? {
    guard file.archiveEntry != nil else {
      let stamp = FileStamp(
        inode: file.inode, byteCount: file.byteCount, modifiedAt: file.modifiedAt)
      return Self.sha256(path: file.path, expecting: stamp)
    }
    var hash = SHA256()
    do {
      try archives.read(file) { hash.update(bufferPointer: $0) }
    } catch {
      return nil
    }
    return Digests.hexadecimal(hash.finalize())
  }

  /// Of a file by itself, as long as it has this stamp before and after.
  static func sha256(path: String, expecting stamp: FileStamp) -> String? {
    guard stamp.byteCount > 0, let source = source(path, stamp),
      let digest = try? source.digest(layout: ChunkLayout(chunkSize: 1 << 20))
    else { return nil }
    return digest.sha256
  }

  /// True when the file is there and is the one with this stamp.
  static func isThere(_ path: String, _ stamp: FileStamp) -> Bool { source(path, stamp) != nil }

  private static func source(_ path: String, _ stamp: FileStamp) -> SourceFile? {
    try? SourceFile(
      UploadFile(
        id: FileID(""), uploadID: UploadID(""), path: path, byteCount: stamp.byteCount,
        modifiedAt: stamp.modifiedAt, inode: stamp.inode, sopInstanceUID: "", sopClassUID: "",
        seriesInstanceUID: "", transferSyntaxUID: ""))
  }
}

extension DraftFile {
  /// Where its bytes lie.
  fileprivate struct Place: Hashable {
    var path: String
    var entry: String?
  }
}
