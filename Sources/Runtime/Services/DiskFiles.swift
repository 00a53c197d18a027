public import Domain
import Foundation
import Store
public import Workstation

/// The real disk.
public struct DiskFiles: FileService {
  /// Entries of a folder that are shown.
  static let limit = 5_000

  public init() {}

  public func scan(_ roots: [String]) -> AsyncStream<ScanProgress> {
    // Anew for every scan: another medium may be in the same place.
    let medium = SourceMedium()
    return StudyScan.run(roots: roots.map(Self.absolute), medium: { medium.reason(for: $0) })
  }

  public func list(_ path: String) async -> FolderListing {
    // A thread that may block for as long as a bad medium takes.
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: Self.listing(path)) }
    }
  }

  private static func listing(_ asked: String) -> FolderListing {
    let path = absolute(asked)
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { !$0.hasPrefix(".") }
      var entries = names.prefix(limit).map { entry($0, in: path) }
      entries.sort { a, b in
        a.isFolder == b.isFolder
          ? a.name.localizedStandardCompare(b.name) == .orderedAscending : a.isFolder
      }
      let problem =
        names.count > limit
        ? "Only \(limit) of \(names.count) entries are shown; choose the folder as a whole." : nil
      return FolderListing(path: path, asked: asked, entries: entries, problem: problem)
    } catch {
      return FolderListing(path: path, asked: asked, entries: [], problem: words(error))
    }
  }

  private static func entry(_ name: String, in folder: String) -> FolderListing.Entry {
    var information = stat()
    guard stat(folder + "/" + name, &information) == 0 else {
      return FolderListing.Entry(name: name, isFolder: false, byteCount: 0)
    }
    return FolderListing.Entry(
      name: name, isFolder: information.st_mode & S_IFMT == S_IFDIR,
      byteCount: Int64(information.st_size))
  }

  private static func words(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileReadNoPermission: "You may not read this folder; ask its owner, or choose another."
    case .fileReadNoSuchFile, .fileNoSuchFile: "There is no such folder; check the path."
    default:
      "This folder cannot be read: \((error as NSError).localizedDescription)"
    }
  }

  /// `~` is what the shell takes for it; Foundation asks the password file instead.
  private static func absolute(_ path: String) -> String {
    var path = path
    if path == "~" || path.hasPrefix("~/"), let home = getenv("HOME").map({ String(cString: $0) }),
      !home.isEmpty
    {
      path = home + path.dropFirst()
    }
    return URL(fileURLWithPath: (path as NSString).expandingTildeInPath).standardizedFileURL.path
  }
}
