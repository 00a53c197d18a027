/// What the mandatory modules of an IOD require (DICOM PS3.3), from `Resources/data/dicom`.
enum ModuleTable {
  /// An attribute of a module.
  struct Requirement {
    enum Kind {
      /// Must be there, with a value.
      case type1
      /// Must be there.
      case type2
      /// Must have a value when it is there; whether it must be there is not evaluated.
      case type1C
      /// Only leads to others.
      case optional
    }

    var kind: Kind
    var tag: Tag
    /// Of each item of the sequence.
    var inItems: [Requirement]
  }

  struct IOD {
    var name: String
    /// Identifiers such as `general-series`.
    var modules: [String]
  }

  private static let iods = SortedTable(resource: "dicom/iods.tsv")
  private static let modules = SortedTable(resource: "dicom/modules.tsv")

  /// The IOD of a storage SOP class; nil when the table does not have it.
  static func iod(sopClassUID: String) -> IOD? {
    guard let line = iods.line(sopClassUID.utf8) else { return nil }
    let fields = iods.fields(of: line)
    guard fields.count >= 3 else { return nil }
    return IOD(name: fields[1], modules: fields[2].split(separator: " ").map(String.init))
  }

  static func requirements(module: String) -> [Requirement] {
    guard let line = modules.line(module.utf8) else { return [] }
    var parser = Parser(bytes: modules.field(1, of: line))
    return parser.list()
  }

  /// `1 00080060`, without the blank, and `(…)` for the items of a sequence.
  private struct Parser {
    var bytes: ArraySlice<UInt8>

    mutating func list() -> [Requirement] {
      var list: [Requirement] = []
      while let requirement = one() {
        list.append(requirement)
        guard bytes.first == UInt8(ascii: " ") else { break }
        bytes.removeFirst()
      }
      return list
    }

    private mutating func one() -> Requirement? {
      let end = bytes.firstIndex {
        $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: ")")
      }
      let word = bytes[..<(end ?? bytes.endIndex)]
      guard word.count == 9 || word.count == 10,
        let number = UInt32(String(decoding: word.suffix(8), as: UTF8.self), radix: 16)
      else { return nil }
      bytes = bytes[word.endIndex...]
      let kind: Requirement.Kind =
        switch String(decoding: word.dropLast(8), as: UTF8.self) {
        case "1": .type1
        case "2": .type2
        case "1C": .type1C
        default: .optional
        }
      var requirement = Requirement(kind: kind, tag: Tag(rawValue: number), inItems: [])
      if bytes.first == UInt8(ascii: "(") {
        bytes.removeFirst()
        requirement.inItems = list()
        if bytes.first == UInt8(ascii: ")") { bytes.removeFirst() }
      }
      return requirement
    }
  }
}
