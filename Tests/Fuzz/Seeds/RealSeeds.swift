import Foundation

@testable import DICOM

/// Small real files, and the compressed frames of real files.
struct RealSeeds {
  let writer: WriteSeeds

  func copy(from folder: String) throws {
    let files = FileManager.default.enumerator(
      at: URL(fileURLWithPath: folder), includingPropertiesForKeys: [.isRegularFileKey])
    var number = 0
    while let url = files?.nextObject() as? URL {
      let values = try url.resourceValues(forKeys: [.isRegularFileKey])
      guard values.isRegularFile == true, let data = try? Data(contentsOf: url) else { continue }
      number += 1
      let bytes = [UInt8](data)
      let name = "real-\(number)"
      if bytes.starts(with: [0x50, 0x4B]), bytes.count < 65_536 {
        try writer.write("Zip", name, bytes)
      }
      if url.lastPathComponent.uppercased().hasPrefix("DICOMDIR"), bytes.count < 32_768 {
        try writer.write("Directory", name, bytes)
      }
      if bytes.count < 4_096 {
        try writer.write("DataSet", name, bytes)
        try writer.write("Frames", name, bytes)
      }
      try frame(of: bytes, name)
    }
  }

  /// The beginning of a compressed frame.
  private func frame(of bytes: [UInt8], _ name: String) throws {
    guard let file = try? DICOMFile.read(bytes: bytes),
      case .fragments(let pixels) = file.dataSet[.pixelData]?.value,
      let first = pixels.fragments.first(where: { $0.length > 64 })
    else { return }
    let source = ValueSource(bytes: bytes, name: name)
    let length = min(first.length, 4_096)
    let stream = try source.bytes(Element.Location(offset: first.offset, length: length))
    if file.transferSyntax.uid == "1.2.840.10008.1.2.5" {
      try writer.write("RLE", name, [stream[0] &- 1, 255] + stream)
    } else {
      try writer.write("Codestream", name, Array(stream.prefix(1_024)))
    }
  }
}
