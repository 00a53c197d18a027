import Foundation

/// What programs did to the files of one folder, in order, as `Tests/PowerLog/power_log.c` notes it.
struct PowerLog {
  enum Kind: UInt32 {
    case opened = 1
    case written, cut, flushing, flushed, renamed, linked, removed, madeFolder, removedFolder
    case said, sent
  }

  struct Record {
    var kind: Kind
    var process: UInt32
    var file: UInt64
    /// Offset, length, number of a flush; see the C file.
    var place: Int64
    var first: String
    /// Bytes, or the second name.
    var bytes: Data

    var second: String { String(decoding: bytes, as: UTF8.self) }
  }

  struct Broken: Error { var place: Int }

  let records: [Record]

  init(_ url: URL) throws {
    let data = try Data(contentsOf: url)
    var records: [Record] = []
    var place = 0
    while place < data.count {
      guard data.count - place >= 32 else { throw Broken(place: place) }
      func number<Value: FixedWidthInteger>(_ offset: Int, _: Value.Type) -> Value {
        data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place + offset, as: Value.self) }
      }
      let first = Int(number(24, UInt32.self))
      let second = Int(number(28, UInt32.self))
      guard let kind = Kind(rawValue: number(0, UInt32.self)),
        data.count - place - 32 >= first + second
      else { throw Broken(place: place) }
      let start = place + 32
      records.append(
        Record(
          kind: kind, process: number(4, UInt32.self), file: number(8, UInt64.self),
          place: number(16, Int64.self),
          first: String(decoding: data[start..<start + first], as: UTF8.self),
          bytes: Data(data[start + first..<start + first + second])))
      place = start + first + second
    }
    self.records = records
  }
}
