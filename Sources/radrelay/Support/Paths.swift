import Foundation

/// Paths as people write them.
enum Paths {
  /// Absolute, with `~` and `..` followed.
  static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: (path as NSString).expandingTildeInPath).standardizedFileURL.path
  }
}
