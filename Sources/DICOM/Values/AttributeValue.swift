/// One value of an element in the type of its representation (DICOM PS3.5 section 6.2).
public enum AttributeValue: Hashable, Sendable {
  /// AE, CS, LO, LT, SH, ST, UC, UR, UT: decoded, without padding.
  case text(String)
  /// UI.
  case uid(String)
  /// PN.
  case name(NameValue)
  /// DA.
  case date(DateValue)
  /// TM.
  case time(TimeValue)
  /// DT.
  case dateTime(DateTimeValue)
  /// AS.
  case age(AgeValue)
  /// IS, SL, SS, SV, UL, US, UV within 64 signed bits.
  case integer(Int)
  /// UV beyond 2⁶³−1.
  case large(UInt64)
  /// DS, FD, FL.
  case number(Double)
  /// AT.
  case tag(Tag)
  /// OB, OD, OF, OL, OV, OW, UN: the whole value.
  case bytes([UInt8])
  /// An empty one among several.
  case empty
  /// Text that breaks the rules of its representation, as it stands.
  case invalid(String)
}

extension DataSet {
  /// The values of an element; empty for one without value, nil when the element is absent, a
  /// sequence, or not in memory.
  public func values(_ tag: Tag) -> [AttributeValue]? {
    guard let element = self[tag], let bytes = element.bytes else { return nil }
    if bytes.isEmpty { return [] }
    switch element.vr {
    case .us, .ss, .ul, .sl, .sv:
      return ints(tag)?.map { $0.map { .integer($0) } ?? .empty }
    case .uv:
      return Self.numbers(bytes, UInt64.self).map { value in
        Int(exactly: value).map { .integer($0) } ?? .large(value)
      }
    case .fl, .fd: return doubles(tag)?.map { $0.map { .number($0) } ?? .empty }
    case .at: return tags(tag).map { .tag($0) }
    default:
      guard element.vr.isText, let texts = strings(tag) else { return [.bytes(bytes)] }
      return texts.map { Self.value(of: $0, element.vr) }
    }
  }

  private static func value(of text: String, _ vr: VR) -> AttributeValue {
    if text.isEmpty { return .empty }
    let parsed: AttributeValue? =
      switch vr {
      case .pn: .name(NameValue(text))
      case .ui: UID.isValid(text) ? .uid(text) : nil
      case .da: DateValue(text).map { .date($0) }
      case .tm: TimeValue(text).map { .time($0) }
      case .dt: DateTimeValue(text).map { .dateTime($0) }
      case .as: AgeValue(text).map { .age($0) }
      case .is: NumberText.integer(text).map { .integer($0) }
      case .ds: NumberText.decimal(text).map { .number($0) }
      default: .text(text)
      }
    return parsed ?? .invalid(text)
  }
}
