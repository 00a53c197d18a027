import Foundation

/// A folder that goes away with the test.
final class TestFolder {
  let url: URL
  var path: String { url.path }

  init() throws {
    let name = FileManager.default.temporaryDirectory.appendingPathComponent("dicom-\(UUID())")
    try FileManager.default.createDirectory(at: name, withIntermediateDirectories: true)
    // Without links, so that paths compare.
    url = name.resolvingSymlinksInPath()
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: url.appendingPathComponent(name).path, withDestinationPath: target)
  }
}
