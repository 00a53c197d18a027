import Foundation

extension DICOMJSON {
  /// A data set in the JSON model.
  /// - Parameters:
  ///   - tags: only these; all when nil.
  ///   - bulkData: where the value of an element can be had that is pixel data or was only located.
  ///     Pixel data is left out where it says nil.
  public init(
    _ set: DataSet, tags: Set<Tag>? = nil, bulkData: (Element) -> String? = { _ in nil }
  ) {
    self.init()
    for element in set.elements {
      if let tags, !tags.contains(element.tag) { continue }
      // Group lengths, and the file meta information, are no part of the model.
      if element.tag.element == 0 || element.tag.group <= 0x0002 { continue }
      let uri = element.isBulk ? bulkData(element) : nil
      if element.tag.isPixelData && uri == nil { continue }
      attributes[Self.key(element.tag)] =
        uri.map { Attribute(vr: element.vr.description, values: nil, bulkDataURI: $0) }
        ?? Self.attribute(element, in: set, bulkData)
    }
    // JSON is UTF-8, whatever the file was written in.
    if attributes["00080005"] != nil {
      attributes["00080005"] = Attribute(vr: "CS", values: [.text("ISO_IR 192")])
    }
  }

  /// `GGGGEEEE` in upper case.
  public static func key(_ tag: Tag) -> String {
    let digits = String(tag.rawValue, radix: 16, uppercase: true)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  private static func attribute(
    _ element: Element, in set: DataSet, _ bulkData: (Element) -> String?
  ) -> Attribute {
    let vr = element.vr.description
    switch element.vr {
    case .sq:
      let items = element.items.map { Value.item(DICOMJSON($0, bulkData: bulkData)) }
      return Attribute(vr: vr, values: items.isEmpty ? nil : items)
    case .pn:
      return Attribute(vr: vr, values: list(set.strings(element.tag)) { .name(groups(of: $0)) })
    case .is, .ds:
      return Attribute(vr: vr, values: list(set.strings(element.tag), number))
    case .uv:
      // Beyond 63 bits as text (PS3.18 table F.2.3-1).
      let values = set.values(element.tag)?.map { value -> Value in
        switch value {
        case .integer(let number): .integer(Int64(number))
        case .large(let number): .text(String(number))
        default: .null
        }
      }
      return Attribute(vr: vr, values: values?.isEmpty == false ? values : nil)
    case .us, .ss, .ul, .sl, .sv:
      let values = set.ints(element.tag)?.map { $0.map { Value.integer(Int64($0)) } ?? .null }
      return Attribute(vr: vr, values: values?.isEmpty == false ? values : nil)
    case .fl, .fd:
      let values = set.doubles(element.tag)?.map { $0.map { Value.number($0) } ?? .null }
      return Attribute(vr: vr, values: values?.isEmpty == false ? values : nil)
    case .at:
      let values = set.tags(element.tag).map { Value.text(key($0)) }
      return Attribute(vr: vr, values: values.isEmpty ? nil : values)
    default:
      if element.vr.isText {
        return Attribute(vr: vr, values: list(set.strings(element.tag)) { .text($0) })
      }
      var attribute = Attribute(vr: vr, values: nil)
      if let bytes = element.bytes, !bytes.isEmpty {
        attribute.inlineBinary = Data(bytes).base64EncodedString()
      }
      return attribute
    }
  }

  private static func list(_ texts: [String]?, _ make: (String) -> Value) -> [Value]? {
    guard let texts, texts.contains(where: { !$0.isEmpty }) else { return nil }
    return texts.map { $0.isEmpty ? .null : make($0) }
  }

  private static func number(_ text: String) -> Value {
    let text = text.trimmingCharacters(in: .whitespaces)
    if let integer = Int64(text) { return .integer(integer) }
    if let number = Double(text), number.isFinite { return .number(number) }
    return .text(text)
  }

  /// The component groups of a name (PS3.5 section 6.2.1).
  static func groups(of name: String) -> [String: String] {
    var groups: [String: String] = [:]
    let names = ["Alphabetic", "Ideographic", "Phonetic"]
    for (key, group) in zip(names, name.split(separator: "=", omittingEmptySubsequences: false))
    where !group.isEmpty {
      groups[key] = String(group)
    }
    return groups
  }
}

extension Element {
  /// True for pixel data and for a value that is not in memory.
  var isBulk: Bool {
    switch value {
    case .located, .fragments: true
    case .bytes, .items: tag.isPixelData
    }
  }
}
