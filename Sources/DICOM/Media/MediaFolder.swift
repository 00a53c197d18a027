import Foundation

/// A file that a DICOMDIR names.
public struct MediaReference: Sendable, Equatable {
  /// As the DICOMDIR writes it, components separated by slashes.
  public var fileID: String
  public var sopInstanceUID: String
  /// Where the file lies; nil with a ``problem``.
  public var path: String?
  /// Why there is no such file, in words.
  public var problem: String?
}

/// Finds the files of a medium by their file IDs (DICOM PS3.10 section 8.2), in any case: file
/// systems of discs give names as they like. Nothing outside of the root is ever found.
struct MediaFolder {
  private let root: String
  /// The root without links, ending with a slash.
  private let realRoot: String?
  /// Names in a folder by their upper-case form.
  private var listings: [String: [String: String]] = [:]
  private static let maximumNames = 1_000_000

  init(root: String) {
    self.root = root
    realRoot = Self.real(root).map { $0.hasSuffix("/") ? $0 : $0 + "/" }
  }

  mutating func reference(_ fileID: [String], _ sopInstanceUID: String) -> MediaReference {
    var reference = MediaReference(
      fileID: fileID.joined(separator: "/"), sopInstanceUID: sopInstanceUID)
    guard fileID.allSatisfy(Self.isComponent), fileID.count <= 64 else {
      reference.problem = "its name in the DICOMDIR is no file ID"
      return reference
    }
    var path = root
    for component in fileID {
      guard let name = find(component, in: path) else {
        reference.problem = "named in the DICOMDIR, and not there"
        return reference
      }
      path += path.hasSuffix("/") ? name : "/" + name
    }
    guard let realRoot, let real = Self.real(path), real.hasPrefix(realRoot) else {
      reference.problem = "a link in its path leads out of the medium"
      return reference
    }
    reference.path = path
    return reference
  }

  /// The standard allows eight of `A-Z0-9_`; burners use longer names and others, which do no harm.
  private static func isComponent(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".." && name.utf8.count <= 255
      && !name.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
  }

  private mutating func find(_ component: String, in folder: String) -> String? {
    let names = listing(folder)
    let wanted = component.uppercased()
    // ISO 9660 adds versions and full stops; some systems show them.
    for form in [wanted, wanted + ";1", wanted + ".", wanted + ".;1"] {
      if let name = names[form] { return name }
    }
    return nil
  }

  private mutating func listing(_ folder: String) -> [String: String] {
    if let known = listings[folder] { return known }
    var names: [String: String] = [:]
    let found = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    // Of names that differ only in case the first in byte order: the same on every run.
    for name in found.prefix(Self.maximumNames).sorted(by: >) { names[name.uppercased()] = name }
    listings[folder] = names
    return names
  }

  private static func real(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
