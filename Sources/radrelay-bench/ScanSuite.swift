import ArgumentParser
import DICOM
import Foundation

/// `radrelay-bench scan`: files a second and CPU time of the scanner, beside a floor in the same
/// run: a walk that opens every file and reads its first 4 KiB.
struct ScanSuite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan", abstract: "Scanning, beside a walk that only reads 4 KiB of each file.")

  @Option(help: "Small files (about 10 kB) to make.") var files = 20_000
  @Option(help: "Repetitions; the best of each counts, because machines are shared.")
  var runs = 5
  @Argument(help: "Scan this folder instead of made files.", completion: .directory)
  var folder: String?

  func run() async throws {
    let made = folder == nil
    let root = folder ?? NSTemporaryDirectory() + "radrelay-bench-scan-\(getpid())"
    if made { try Self.makeFiles(files, in: root) }
    defer { if made { try? FileManager.default.removeItem(atPath: root) } }

    var floor = Measure.worst
    var scan = Measure.worst
    var seen = (floor: 0, scan: 0)
    for _ in 0..<max(1, runs) {
      var count = 0
      floor = min(floor, Measure.of { count = Self.floorWalk(root) })
      seen.floor = count
      let start = Measure.now()
      var found = 0
      for await event in Scanner.scan(roots: [root]) {
        if event.isFinished { found = event.counts.files }
      }
      scan = min(scan, Measure.since(start))
      seen.scan = found
    }
    guard seen.floor == seen.scan else {
      throw ValidationError("the walks differ: \(seen.floor) and \(seen.scan) files")
    }
    Table.print(
      ["scan", "files", "files/s", "files/CPU-s", "CPU, of the floor"],
      [
        row("floor: open, read 4 KiB", seen.floor, floor, floor),
        row("radrelay scan, study list", seen.scan, scan, floor),
      ])
  }

  private func row(_ name: String, _ files: Int, _ own: Measure, _ floor: Measure) -> [String] {
    [
      name, String(files), String(Int(Double(files) / own.wall)),
      String(Int(Double(files) / own.cpu)), String(format: "%.2f", own.cpu / floor.cpu),
    ]
  }

  /// Opens every regular file below the folder and reads its first 4 KiB.
  static func floorWalk(_ folder: String) -> Int {
    guard let directory = opendir(folder) else { return 0 }
    defer { closedir(directory) }
    var count = 0
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 16)
    defer { buffer.deallocate() }
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      let path = folder + "/" + name
      if entry.pointee.d_type == UInt8(DT_DIR) {
        count += floorWalk(path)
        continue
      }
      let file = open(path, O_RDONLY)
      guard file >= 0 else { continue }
      _ = read(file, buffer, 4096)
      close(file)
      count += 1
    }
    return count
  }

  /// Small files with long headers: 25 a folder, as modalities write them.
  static func makeFiles(_ count: Int, in root: String) throws {
    let padding = [UInt8](repeating: 0x41, count: 6_000)
    for index in 0..<count {
      let folder = "\(root)/P\(index / 100)/S\(index / 25)"
      if index % 25 == 0 {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
      }
      var header = DataSet()
      header.useUTF8()
      header.set(Tag(0x0008, 0x0016), .ui, "1.2.840.10008.5.1.4.1.1.4")
      header.set(Tag(0x0008, 0x0018), .ui, "2.25.1.\(index)")
      header.set(Tag(0x0008, 0x0020), .da, "20260101")
      header.set(Tag(0x0008, 0x0050), .sh, "A\(index / 100)")
      header.set(Tag(0x0008, 0x0060), .cs, "MR")
      header.set(Tag(0x0008, 0x1030), .lo, "Synthetic study")
      var item = DataSet()
      item.set(Tag(0x0008, 0x1150), .ui, "1.2.840.10008.3.1.2.3.1")
      item.set(Tag(0x0008, 0x1155), .ui, "2.25.2.\(index)")
      header.set(Tag(0x0008, 0x1111), items: [item, item])
      header.set(Tag(0x0010, 0x0010), .pn, "Bench^Patient \(index / 100)")
      header.set(Tag(0x0010, 0x0020), .lo, "BENCH-\(index / 100)")
      header.set(Tag(0x0020, 0x000D), .ui, "2.25.3.\(index / 100)")
      header.set(Tag(0x0020, 0x000E), .ui, "2.25.4.\(index / 25)")
      header.set(Tag(0x0020, 0x0013), .is, String(index % 25 + 1))
      header.set(Tag(0x0029, 0x0010), .lo, "RADRELAY BENCH")
      for element in 0x10..<0x28 {
        header.set(Tag(0x0029, 0x1000 + UInt16(element)), .lo, "private value \(element)")
      }
      header.set(Tag(0x7FE0, 0x0010), .ow, bytes: padding)
      let bytes = try DICOMWriter.part10(header)
      try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(index % 25)"))
    }
  }
}
