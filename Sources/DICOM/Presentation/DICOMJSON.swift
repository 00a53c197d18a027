public import Foundation

/// The DICOM JSON Model (PS3.18 annex F): one data set as attributes by tag.
public struct DICOMJSON: Sendable, Equatable, Codable {
  /// Keys are eight hexadecimal digits in upper case, e.g. `0020000D`.
  public var attributes: [String: Attribute]

  public init(_ attributes: [String: Attribute] = [:]) { self.attributes = attributes }

  /// One attribute (PS3.18 F.2.2).
  public struct Attribute: Sendable, Equatable, Codable {
    public var vr: String
    /// Nil for an empty value, as the model writes it.
    public var values: [Value]?
    /// Bytes of a binary attribute, base64.
    public var inlineBinary: String?
    /// Where a value can be had that is too large to stand here (PS3.18 F.2.6).
    public var bulkDataURI: String?

    private enum CodingKeys: String, CodingKey {
      case vr
      case values = "Value"
      case inlineBinary = "InlineBinary"
      case bulkDataURI = "BulkDataURI"
    }

    public init(
      vr: String, values: [Value]?, inlineBinary: String? = nil, bulkDataURI: String? = nil
    ) {
      self.vr = vr
      self.values = values
      self.inlineBinary = inlineBinary
      self.bulkDataURI = bulkDataURI
    }

    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      vr = try container.decodeIfPresent(String.self, forKey: .vr) ?? "UN"
      values = try container.decodeIfPresent([Value].self, forKey: .values)
      inlineBinary = try container.decodeIfPresent(String.self, forKey: .inlineBinary)
      bulkDataURI = try container.decodeIfPresent(String.self, forKey: .bulkDataURI)
    }
  }

  /// One value (PS3.18 F.2.3 to F.2.5).
  public enum Value: Sendable, Equatable {
    case text(String)
    case integer(Int64)
    case number(Double)
    /// A person name by its groups: alphabetic, ideographic, phonetic.
    case name([String: String])
    case item(DICOMJSON)
    /// An empty one among several.
    case null
  }

  public init(from decoder: any Decoder) throws {
    attributes = try decoder.singleValueContainer().decode([String: Attribute].self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(attributes)
  }
}

extension DICOMJSON.Value: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let integer = try? container.decode(Int64.self) {
      self = .integer(integer)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let name = try? container.decode([String: String].self) {
      self = name.isEmpty ? .item(DICOMJSON()) : .name(name)
    } else {
      self = .item(try container.decode(DICOMJSON.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .integer(let integer): try container.encode(integer)
    // JSON has no infinity and no NaN.
    case .number(let number):
      if number.isFinite { try container.encode(number) } else { try container.encodeNil() }
    case .name(let groups): try container.encode(groups)
    case .item(let item): try container.encode(item)
    case .null: try container.encodeNil()
    }
  }
}

extension DICOMJSON {
  /// The first value as text without padding; empty when there is none.
  public func text(_ tag: String) -> String {
    switch attributes[tag]?.values?.first {
    case .text(let text):
      text.trimmingCharacters(in: CharacterSet(charactersIn: "\0 "))
    case .integer(let integer): String(integer)
    case .number(let number): String(number)
    case .name(let groups): groups["Alphabetic"] ?? ""
    default: ""
    }
  }

  /// The first value as a whole number; some servers write numbers as text.
  public func integer(_ tag: String) -> Int? {
    switch attributes[tag]?.values?.first {
    case .integer(let integer): Int(exactly: integer)
    case .number(let number): Int(exactly: number)
    case .text(let text): Int(text)
    default: nil
    }
  }

  /// The items of a sequence.
  public func items(_ tag: String) -> [DICOMJSON] {
    (attributes[tag]?.values ?? []).compactMap {
      if case .item(let item) = $0 { item } else { nil }
    }
  }

  /// Sets texts; none, or only an empty one, makes an empty attribute.
  public mutating func set(_ tag: String, _ vr: String, _ texts: String...) {
    let values = texts.filter { !$0.isEmpty }.map { Value.text($0) }
    attributes[tag] = Attribute(vr: vr, values: values.isEmpty ? nil : values)
  }

  /// Reads a list of data sets, as QIDO-RS answers it.
  public static func list(_ data: Data) throws -> [DICOMJSON] {
    try JSONDecoder().decode([DICOMJSON].self, from: data)
  }

  /// Writes with sorted keys and plain slashes.
  public static func data(of value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value)
  }
}
