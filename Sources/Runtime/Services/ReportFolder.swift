import Domain
import Foundation

/// Where saved reports and receipts go: the person's documents folder, or the workstation's own.
struct ReportFolder: Sendable {
  /// The person's documents folder; nil when there is none.
  let documents: String?
  /// Used then.
  let fallback: String

  /// - Parameters:
  ///   - environment: `XDG_DOCUMENTS_DIR`, `XDG_CONFIG_HOME` and `HOME` are read.
  ///   - isOwn: everything is in one folder (`RADRELAY_HOME`): reports then, too.
  init(environment: [String: String], data: String) {
    fallback = data + "/reports"
    documents = environment["RADRELAY_HOME"] != nil ? nil : Self.documents(environment)
  }

  /// The folder itself.
  var folder: String { documents ?? fallback }

  /// The file for a report. Its name holds the report's id only, and no character that means
  /// anything to a file system.
  func file(for report: ReportID) -> String {
    let safe = report.rawValue.unicodeScalars.map { scalar in
      let isPlain =
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      return isPlain || scalar == "-" ? Character(scalar) : "_"
    }
    return folder + "/report-" + String(safe.prefix(80)) + ".pdf"
  }

  private static func documents(_ environment: [String: String]) -> String? {
    let home = environment["HOME"] ?? NSHomeDirectory()
    let candidates = [
      environment["XDG_DOCUMENTS_DIR"], userDirectories(environment, home: home),
      home + "/Documents",
    ]
    return candidates.compactMap { $0 }.first { path in
      var isFolder: ObjCBool = false
      return path.hasPrefix("/")
        && FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        && isFolder.boolValue && path != home && path != home + "/"
    }
  }

  /// `XDG_DOCUMENTS_DIR` of `user-dirs.dirs` (xdg-user-dirs), where desktops keep it.
  private static func userDirectories(_ environment: [String: String], home: String) -> String? {
    let folder = environment["XDG_CONFIG_HOME"] ?? home + "/.config"
    guard let text = try? String(contentsOfFile: folder + "/user-dirs.dirs", encoding: .utf8)
    else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix("XDG_DOCUMENTS_DIR=") {
      let value = line.dropFirst("XDG_DOCUMENTS_DIR=".count)
        .trimmingCharacters(in: CharacterSet(charactersIn: "\" "))
      return value.replacingOccurrences(of: "$HOME", with: home)
    }
    return nil
  }
}
