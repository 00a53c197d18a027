/// Where the bytes of a chunk are, as the catalogue keeps it: `FILE:OFFSET`, the file in the folder
/// of its upload.
struct ChunkPlace: Equatable, Sendable {
  var file: String
  var offset: Int64

  var text: String { "\(file):\(offset)" }

  init(file: String, offset: Int64) {
    self.file = file
    self.offset = offset
  }

  /// - Returns: nil for a text that is none, or whose file could lie elsewhere.
  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let offset = Int64(parts[1]), offset >= 0, !parts[0].isEmpty,
      parts[0].utf8.allSatisfy({ (48...57).contains($0) || (97...122).contains($0) || $0 == 45 })
    else { return nil }
    self.init(file: String(parts[0]), offset: offset)
  }

  /// A second name of an object, in the folder of an upload: its bytes never change.
  static func object(_ number: Int) -> String { "o\(number)" }
  /// A second name of a file of another upload's chunks: only its recorded chunks count.
  static func borrowed(_ number: Int) -> String { "k\(number)" }

  /// Such a file is never written to.
  var isAdopted: Bool { isObject || file.hasPrefix("k") }
  var isObject: Bool { file.hasPrefix("o") }

  /// The file whose chunks lie as they lie in the whole: it becomes the object as it is.
  static func whole(_ ordinal: Int) -> String { "f\(ordinal)" }
}
