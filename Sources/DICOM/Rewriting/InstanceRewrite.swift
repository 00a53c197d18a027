public import Foundation

/// One attribute that an instance has otherwise when it goes out.
public struct AttributeChange: Sendable, Equatable, Codable {
  public var tag: Tag
  /// What the file says, as a scan reads it.
  public var from: String
  public var to: String

  public init(tag: Tag, from: String, to: String) {
    self.tag = tag
    self.from = from
    self.to = to
  }

  private enum CodingKeys: String, CodingKey { case tag, from, to }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let text = try values.decode(String.self, forKey: .tag)
    guard text.utf8.count == 8, let number = UInt32(text, radix: 16) else {
      throw DecodingError.dataCorruptedError(
        forKey: .tag, in: values,
        debugDescription: "a tag has eight hexadecimal digits, as in 00100010")
    }
    tag = Tag(rawValue: number)
    from = try values.decode(String.self, forKey: .from)
    to = try values.decode(String.self, forKey: .to)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(Tag.hex(tag.group) + Tag.hex(tag.element), forKey: .tag)
    try values.encode(from, forKey: .from)
    try values.encode(to, forKey: .to)
  }
}

/// What becomes of an instance on its way out. Its source is never touched.
///
/// An instance whose content changes gets a new SOP Instance UID: a UID names one content for ever
/// (PS3.3 C.12.1.1, PS3.5 section 9), and a PACS that holds the original would keep the old
/// content, or lose it, without a word.
public struct InstanceRewrite: Sendable, Equatable, Codable {
  /// In ascending order of their tags, each once; with the UIDs that change.
  public var changes: [AttributeChange]
  /// Whose other attributes are replaced by those of where it goes, or taken away; each once.
  public var replaces: [IdentityScope]

  public init(changes: [AttributeChange], replaces: [IdentityScope] = []) {
    self.changes = changes
    self.replaces = replaces
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    changes = try values.decode([AttributeChange].self, forKey: .changes)
    replaces = try values.decodeIfPresent([IdentityScope].self, forKey: .replaces) ?? []
  }

  /// The new value of an attribute; nil when it stays.
  public subscript(_ tag: Tag) -> String? { changes.first { $0.tag == tag }?.to }
}

/// Where references to an instance of the same set lead after the rewriting.
public struct RewrittenReference: Sendable, Equatable {
  public var sopInstanceUID: String
  public var seriesInstanceUID: String
  public var studyInstanceUID: String

  public init(sopInstanceUID: String, seriesInstanceUID: String, studyInstanceUID: String) {
    self.sopInstanceUID = sopInstanceUID
    self.seriesInstanceUID = seriesInstanceUID
    self.studyInstanceUID = studyInstanceUID
  }
}

/// What an instance meets where it goes.
public struct RewriteContext: Sendable {
  /// By former SOP Instance UID: what becomes of instances of the same set.
  public var references: [String: RewrittenReference]
  /// What the files that were there before agree on, for ``InstanceRewrite/replaces``.
  public var common: CommonAttributes

  public init(
    references: [String: RewrittenReference] = [:], common: CommonAttributes = CommonAttributes()
  ) {
    self.references = references
    self.common = common
  }
}

/// What the Original Attributes Sequence says besides the former values (PS3.3 C.12.1.1.9).
public struct RewriteRecord: Sendable, Equatable {
  /// Reason for the Attribute Modification (0400,0565).
  public enum Reason: String, Sendable {
    /// Wrong values are replaced, for example those of another patient.
    case correct = "CORRECT"
    /// Values are replaced to agree with those of another system.
    case coerce = "COERCE"
  }

  public var modifiedAt: Date
  /// At most 64 characters of ASCII.
  public var modifyingSystem: String
  public var reason: Reason

  public init(
    modifiedAt: Date, modifyingSystem: String = "RadRelay", reason: Reason = .correct
  ) {
    self.modifiedAt = modifiedAt
    self.modifyingSystem = modifyingSystem
    self.reason = reason
  }

  /// Attribute Modification DateTime (0400,0562): DT in UTC.
  var dateTime: String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let parts = calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: modifiedAt)
    let day = [(parts.year, 4), (parts.month, 2), (parts.day, 2)]
    let time = [(parts.hour, 2), (parts.minute, 2), (parts.second, 2)]
    return (day + time).map { Digits.text($0.0 ?? 0, $0.1) }.joined() + "+0000"
  }
}

extension Tag {
  public static let originalAttributesSequence = Tag(0x0400, 0x0561)
  public static let modifiedAttributesSequence = Tag(0x0400, 0x0550)
  public static let attributeModificationDateTime = Tag(0x0400, 0x0562)
  public static let modifyingSystem = Tag(0x0400, 0x0563)
  public static let sourceOfPreviousValues = Tag(0x0400, 0x0564)
  public static let reasonForAttributeModification = Tag(0x0400, 0x0565)
}
