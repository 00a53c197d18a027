public import Foundation

/// The folder with real DICOM files and truth tables; it is not part of the repository. CI names
/// it in `RADRELAY_SHARED`; in a checkout with `shared` beside it, that one is used.
public enum SharedData {
  /// Nil when there is none: tests that need it say so and are skipped.
  public static let folder: URL? = {
    let environment = ProcessInfo.processInfo.environment["RADRELAY_SHARED"]
    let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("shared").path
    for path in [environment, beside].compactMap({ $0 }) {
      if FileManager.default.fileExists(atPath: path + "/data/dicom/open/truth.jsonl") {
        return URL(fileURLWithPath: path)
      }
    }
    return nil
  }()

  /// `data/dicom/open`.
  public static var dicom: URL? { folder?.appendingPathComponent("data/dicom/open") }
}
