@testable import DICOM

/// Writes a DICOMDIR for tests.
struct DirectoryMaker {
  /// Type, file ID, children.
  indirect enum Record: Sendable {
    case record(String, [String], [Record])
  }

  /// - Parameter change: lets a test break the records; they come in the order in which they stand.
  static func bytes(_ records: [Record], change: (inout [DataSet]) -> Void = { _ in }) throws
    -> [UInt8]
  {
    var items: [DataSet] = []
    var links: [(next: Int?, below: Int?)] = []
    func add(_ records: [Record]) -> Int? {
      var first: Int?
      var last: Int?
      for case .record(let type, let file, let children) in records {
        var item = DataSet()
        item.set(Tag(0x0004, 0x1400), .ul, ints: [0])
        item.set(Tag(0x0004, 0x1410), .us, ints: [0xFFFF])
        item.set(Tag(0x0004, 0x1420), .ul, ints: [0])
        item.set(Tag(0x0004, 0x1430), .cs, type)
        if !file.isEmpty {
          item.set(Tag(0x0004, 0x1500), .cs, bytes: Array(file.joined(separator: "\\").utf8))
        }
        let index = items.count
        items.append(item)
        links.append((nil, nil))
        if let last { links[last].next = index } else { first = index }
        last = index
        links[index].below = add(children)
      }
      return first
    }
    _ = add(records)
    func file(_ items: [DataSet]) throws -> [UInt8] {
      var set = DataSet()
      set.set(Tag(0x0004, 0x1200), .ul, ints: [0])
      set.set(Tag(0x0004, 0x1220), items: items)
      var meta = DataSet()
      meta.set(.fileMetaGroupLength, .ul, ints: [0])
      meta.set(.mediaStorageSOPClassUID, .ui, MediaDirectory.sopClassUID)
      meta.set(.transferSyntaxUID, .ui, TransferSyntax.explicitLittleEndian.uid)
      return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
        + (try DICOMWriter.encode(meta)) + (try DICOMWriter.encode(set))
    }
    // Once to learn the offsets, once with them: all lengths are the same.
    let draft = try DICOMFile.read(bytes: try file(items)).dataSet
    let offsets = draft.items(Tag(0x0004, 0x1220)).map { $0.itemOffset ?? 0 }
    for index in items.indices {
      items[index].set(Tag(0x0004, 0x1400), .ul, ints: [links[index].next.map { offsets[$0] } ?? 0])
      items[index].set(
        Tag(0x0004, 0x1420), .ul, ints: [links[index].below.map { offsets[$0] } ?? 0])
    }
    change(&items)
    var bytes = try file(items)
    // The first record of the root.
    if let first = offsets.first {
      guard let place = bytes.firstRange(of: [4, 0, 0, 0x12, 0x55, 0x4C, 4, 0])?.upperBound else {
        throw DICOMError.unwritable(tag: Tag(0x0004, 0x1200), problem: "it was not written")
      }
      for shift in 0..<4 { bytes[place + shift] = UInt8(truncatingIfNeeded: first >> (8 * shift)) }
    }
    return bytes
  }
}
