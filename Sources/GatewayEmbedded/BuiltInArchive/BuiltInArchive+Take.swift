import DICOM
public import Foundation
import GRDB
public import Gateway

extension BuiltInArchive {
  public func take(_ file: URL, study: String?) async -> TakenInstance {
    await take(file, study: study, isSettled: false)
  }

  /// - Parameter isSettled: see ``ArchiveObjects/add(_:isSettled:)``.
  func take(_ file: URL, study: String?, isSettled: Bool) async -> TakenInstance {
    let (taken, header) = await Blocking.run { Self.inspect(file, study) }
    guard let header, taken.failure == nil else { return taken }
    var answer = taken
    do {
      answer.failure = try await keep(file, header, isSettled: isSettled)
    } catch {
      // The index: full or broken disk.
      answer.failure = .outOfResources
    }
    return answer
  }

  /// Reads the header; every length of the file is checked, pixel data is not kept.
  private static func inspect(_ file: URL, _ study: String?) -> (TakenInstance, IndexedHeader?) {
    var options = ReadOptions()
    options.maximumValueBytes = 16 << 10
    options.maximumTotalBytes = 64 << 20
    let read: DICOMFile
    do {
      read = try DICOMFile.read(path: file.path, options: options)
    } catch .unreadable {
      // The disk's fault, not the file's: it may come back.
      return (TakenInstance(failure: .processing), nil)
    } catch {
      return (TakenInstance(failure: .unreadable), nil)
    }
    let header = IndexedHeader(read)
    var taken = TakenInstance(
      sopInstanceUID: header.sopInstanceUID, sopClassUID: header.sopClassUID,
      studyInstanceUID: header.studyInstanceUID, seriesInstanceUID: header.seriesInstanceUID)
    let identifiers = [
      header.sopInstanceUID, header.sopClassUID, header.studyInstanceUID, header.seriesInstanceUID,
    ]
    if read.problem != nil || identifiers.contains(where: { !isUsable($0) }) {
      taken.failure = .unreadable
    } else if let study, study != header.studyInstanceUID {
      taken.failure = .notTheClass
    }
    return (taken, header)
  }

  /// Old equipment writes letters into UIDs; what matters is that it names something.
  private static func isUsable(_ uid: String) -> Bool {
    (1...128).contains(uid.utf8.count) && uid.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  private func keep(_ file: URL, _ header: IndexedHeader, isSettled: Bool) async throws
    -> FailureReason?
  {
    let object: ArchiveObjects.Object
    do {
      object = try await objects.add(file, isSettled: isSettled)
    } catch {
      return error == .unreadable ? .processing : .outOfResources
    }
    return try await commits.write { database, _ in
      let known = try String.fetchOne(
        database, sql: "SELECT sha256 FROM instance WHERE sop_uid = ?",
        arguments: [header.sopInstanceUID])
      if let known { return known == object.sha256 ? nil : .duplicate }
      try header.insert(object, into: database)
      return nil
    }
  }
}
