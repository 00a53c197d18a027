public import Foundation

/// Locations of the read-only files that ship with RadRelay: dictionary, themes, help, texts.
public enum Assets {
  /// The folder that holds the shipped files.
  public static var directory: URL { Bundle.module.resourceURL ?? Bundle.main.bundleURL }

  /// The location of one shipped file.
  /// - Parameter path: relative to `Resources/data`, for example `dicom/dictionary.tsv`.
  public static func url(_ path: String) -> URL {
    directory.appendingPathComponent("data").appendingPathComponent(path)
  }
}
