import DICOM
import Demonstration
import Domain
import Foundation
import TestSupport
import Testing

/// `radrelay view` on compressed series: every codec shows the stored values, and a malformed file
/// costs its own image only.
@Suite(.enabled(if: ClientWorkplace.isBuilt, "needs radrelay beside the tests"))
struct CompressedViewerTests {
  /// A way to compress a file, by the tools of DCMTK.
  struct Compression: Sendable, CustomTestStringConvertible {
    var name: String
    var tool: String
    var options: [String]
    var isLossy = false
    var testDescription: String { name }
    var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/" + tool) }
  }

  static let compressions = [
    Compression(name: "RLE", tool: "dcmcrle", options: []),
    Compression(name: "JPEG lossless", tool: "dcmcjpeg", options: ["+e1"]),
    Compression(name: "JPEG extended", tool: "dcmcjpeg", options: ["+ee"], isLossy: true),
    Compression(name: "JPEG-LS", tool: "dcmcjpls", options: ["+el"]),
    Compression(
      name: "JPEG-LS near-lossless", tool: "dcmcjpls", options: ["+en", "+md", "2"],
      isLossy: true),
  ]
  static let hasTools = compressions.allSatisfy(\.isInstalled)

  /// Four slices of the demonstration's CT.
  private func slices(_ workplace: ClientWorkplace) throws -> [URL] {
    let studies = DemoStudy.all.filter { $0.key == "ct-head-1" }
    let written = try DemoStudies.write(
      to: try workplace.makeFolder("studies"), studies: studies, size: 64)
    let files = try #require(written.first).files
    return Array(files[(files.count / 2)..<(files.count / 2 + 4)])
  }

  private func compressed(_ files: [URL], _ compression: Compression, to folder: URL) async throws
    -> [URL]
  {
    var made: [URL] = []
    for (index, file) in files.enumerated() {
      let target = folder.appendingPathComponent("slice\(index + 1).dcm")
      let tool = try await ChildProcess.run(
        "/usr/bin/" + compression.tool, compression.options + [file.path, target.path])
      try #require(tool.exitStatus == 0, "\(compression.name): \(tool.errors)")
      made.append(target)
    }
    return made
  }

  /// The value under the cursor in the middle of the first image, as the pane says it.
  private func probe(_ screen: ClientScreen) async throws -> String {
    screen.type("x")
    try await screen.see("the value under the cursor") { $0.text.contains(" HU") }
    let text = screen.text
    let end = try #require(text.range(of: " HU"))
    screen.type("\u{1B}")
    try await screen.see("no cursor") { !$0.text.contains(" HU") }
    return String(text[..<end.lowerBound].split(separator: " ").suffix(2).joined(separator: " "))
  }

  @Test(
    .enabled(if: hasTools, "needs dcmcrle, dcmcjpeg and dcmcjpls (Debian package dcmtk)"),
    .timeLimit(.minutes(20)), arguments: compressions)
  func aSeriesOfEveryCodec(_ compression: Compression) async throws {
    let workplace = try ClientWorkplace()
    let files = try slices(workplace)
    let plain = try workplace.makeFolder("plain")
    for file in files {
      try FileManager.default.copyItem(
        at: file, to: plain.appendingPathComponent(file.lastPathComponent))
    }
    let folder = try workplace.makeFolder("compressed")
    let made = try await compressed(files, compression, to: folder)
    let values = try await [plain, folder].asyncMap { folder in
      let screen = try ClientScreen(workplace, ["view", folder.path])
      try await screen.see("image 1/4")
      try await screen.see("1 cell =")
      let value = try await probe(screen)
      if folder.lastPathComponent == "compressed" {
        #expect(screen.text.contains("lossy") == compression.isLossy, "\(screen.text)")
      }
      screen.type("q")
      #expect(try await screen.end() == .code(0))
      return value
    }
    if compression.isLossy {
      let numbers = values.map { Double($0.split(separator: " ").last ?? "") ?? .nan }
      #expect(abs(numbers[0] - numbers[1]) <= 40, "\(values)")
    } else {
      #expect(values[0] == values[1])
    }
    // The second one broken: its codestream contradicts its data set.
    try Self.damage(made[1])
    let screen = try ClientScreen(workplace, ["view", folder.path])
    try await screen.see("image 1/4")
    try await screen.see("1 cell =")
    screen.type("j")
    try await screen.see("Image 2 cannot be shown")
    // Lines are broken where they must, in the middle of a path too.
    let said = screen.text.filter { !$0.isWhitespace }
    #expect(said.contains("slice2.dcm"), "\(screen.text)")
    #expect(said.contains("codestream") || said.contains("RLE"), "\(screen.text)")
    for (key, number) in [("j", 3), ("j", 4), ("kkk", 1)] {
      screen.type(key)
      try await screen.see("image \(number)/4") {
        $0.text.contains("image \(number)/4") && $0.text.contains("1 cell =")
      }
    }
    screen.type("q")
    #expect(try await screen.end() == .code(0))
  }

  /// Changes the rows that a JPEG codestream gives, or the number of segments of RLE data.
  private static func damage(_ file: URL) throws {
    var bytes = [UInt8](try Data(contentsOf: file))
    let set = try DICOMFile.read(bytes: bytes).dataSet
    guard case .fragments(let pixels) = set[.pixelData]?.value,
      let place = pixels.fragments.first(where: { $0.length > 16 })
    else { throw CocoaError(.fileReadCorruptFile) }
    let data = place.offset..<place.offset + place.length
    if let frame = data.dropLast(9).first(where: {
      bytes[$0] == 0xFF && [0xC1, 0xC3, 0xF7].contains(bytes[$0 + 1])
    }) {
      bytes[frame + 6] ^= 0x15
    } else {
      bytes[data.lowerBound] = 9
    }
    try Data(bytes).write(to: file)
  }

  /// JPEG 2000 and HTJ2K from the shared files: nothing here writes them.
  @Test(
    .enabled(if: SharedData.dicom != nil, "needs RADRELAY_SHARED"), .timeLimit(.minutes(15)),
    arguments: [
      ("ctge_j2k_lossless", false), ("ctge_j2k_lossy", true), ("ctge_htj2k_lossless", false),
    ])
  func sharedFiles(_ name: String, _ isLossy: Bool) async throws {
    let workplace = try ClientWorkplace()
    let shared = try #require(SharedData.dicom).appendingPathComponent("transcoded")
    let folder = try workplace.makeFolder("one")
    try FileManager.default.copyItem(
      at: shared.appendingPathComponent(name + ".dcm"), to: folder.appendingPathComponent("1.dcm"))
    let screen = try ClientScreen(workplace, ["view", folder.path], rows: 60, columns: 200)
    try await screen.see("image 1/1")
    try await screen.see("1 cell =")
    #expect(screen.text.contains("lossy") == isLossy)
    screen.type("q")
    #expect(try await screen.end() == .code(0))
  }
}

extension Array {
  /// The results one after another.
  fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async throws -> [Value]
  {
    var values: [Value] = []
    for element in self { values.append(try await body(element)) }
    return values
  }
}
