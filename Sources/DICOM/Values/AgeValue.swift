/// An age (AS, DICOM PS3.5 section 6.2): three digits and a unit.
public struct AgeValue: Hashable, Sendable {
  public enum Unit: String, Sendable, CaseIterable {
    case days = "D"
    case weeks = "W"
    case months = "M"
    case years = "Y"
  }

  /// 0 to 999.
  public var count: Int
  public var unit: Unit

  public init?(count: Int, unit: Unit) {
    guard (0...999).contains(count) else { return nil }
    self.count = count
    self.unit = unit
  }

  /// - Parameter text: `018M`; padding around it is ignored. Without leading zeros (`18M`) and in
  ///   lower case it is understood too.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(DataSet.trimmed(text).uppercased().utf8)
    guard (2...4).contains(bytes.count), let last = bytes.last,
      let unit = Unit(rawValue: String(decoding: [last], as: UTF8.self)),
      let count = Digits.number(bytes.dropLast())
    else { return nil }
    self.init(count: count, unit: unit)
  }

  /// As the standard writes it.
  public var text: String { Digits.text(count, 3) + unit.rawValue }
}
