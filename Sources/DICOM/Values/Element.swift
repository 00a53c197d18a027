/// One data element (DICOM PS3.5 section 7.1).
public struct Element: Sendable {
  /// What an element holds.
  public enum Value: Sendable {
    /// The bytes of the value as written, numbers in little endian order.
    case bytes([UInt8])
    /// The items of a sequence.
    case items([DataSet])
    /// Encapsulated pixel data: the places of its fragments.
    case fragments(EncapsulatedPixels)
    /// A value that was larger than the reader was asked to keep; see ``Element/location``.
    case located
  }

  /// A range of the file (of the inflated data set, when it is deflated).
  public struct Location: Sendable, Equatable {
    public var offset: Int
    public var length: Int
    public init(offset: Int, length: Int) {
      self.offset = offset
      self.length = length
    }
  }

  public var tag: Tag
  public var vr: VR
  public var value: Value
  /// Where the value lies; nil when the element was not read from a file.
  public var location: Location?
  /// How it stood in its file, for a writer that keeps lengths and types as they are.
  var form: Form = []

  /// What the value and its meaning do not tell of how an element was written.
  struct Form: OptionSet, Sendable {
    let rawValue: UInt8
    /// A sequence that ends with a delimiter.
    static let undefinedLength = Form(rawValue: 1)
    /// Written as UN; ``Element/vr`` is what the dictionary says.
    static let unknownVR = Form(rawValue: 2)
    /// A representation that the standard does not know, with a length of 16 bits.
    static let shortLength = Form(rawValue: 4)
  }

  public init(tag: Tag, vr: VR, value: Value, location: Location? = nil) {
    self.tag = tag
    self.vr = vr
    self.value = value
    self.location = location
  }

  /// The bytes, when the element has any in memory.
  public var bytes: [UInt8]? {
    if case .bytes(let bytes) = value { bytes } else { nil }
  }

  /// The items of a sequence; empty for other elements.
  public var items: [DataSet] {
    if case .items(let items) = value { items } else { [] }
  }
}

/// Compressed pixel data in fragments (DICOM PS3.5 section A.4); located, not decoded.
public struct EncapsulatedPixels: Sendable, Equatable {
  /// The basic offset table: where each frame begins, counted from the first fragment's item tag;
  /// empty when there is none.
  public var offsetTable: [UInt32]
  /// The fragments' bytes in the file, without their item heads.
  public var fragments: [Element.Location]
  /// False when the sequence delimiter is missing.
  public var isComplete: Bool

  public init(offsetTable: [UInt32], fragments: [Element.Location], isComplete: Bool) {
    self.offsetTable = offsetTable
    self.fragments = fragments
    self.isComplete = isComplete
  }
}
