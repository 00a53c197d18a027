import Foundation

/// Where the decoder program lies: beside the running program, or in its libexec folder.
enum DecoderExecutable {
  static let name = "radrelay-decoder"

  static func find() throws(FrameError) -> String {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let folder = URL(fileURLWithPath: own).deletingLastPathComponent()
    let places = [
      folder.appendingPathComponent(name),
      folder.deletingLastPathComponent().appendingPathComponent("libexec/radrelay/\(name)"),
    ].map(\.path)
    for place in places where FileManager.default.isExecutableFile(atPath: place) { return place }
    throw .decoderMissing(reason: "there is no \(places.joined(separator: " nor "))")
  }
}
