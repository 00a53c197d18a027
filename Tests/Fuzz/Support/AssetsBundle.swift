import Foundation

extension Bundle {
  /// What SwiftPM makes for a target with resources: here the folder that `FUZZ_ASSETS` names.
  static let module =
    Bundle(path: ProcessInfo.processInfo.environment["FUZZ_ASSETS"] ?? "") ?? Bundle.main
}
