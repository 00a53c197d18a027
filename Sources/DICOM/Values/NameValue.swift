/// A person's name (PN, DICOM PS3.5 section 6.2): up to three groups of up to five components.
public struct NameValue: Hashable, Sendable {
  /// One way of writing the name.
  public struct Group: Hashable, Sendable {
    public var family: String
    public var given: String
    public var middle: String
    public var prefix: String
    public var suffix: String

    public init(
      family: String = "", given: String = "", middle: String = "", prefix: String = "",
      suffix: String = ""
    ) {
      self.family = family
      self.given = given
      self.middle = middle
      self.prefix = prefix
      self.suffix = suffix
    }

    /// - Parameter text: components separated by `^`; what stands after the fifth belongs to it.
    init(_ text: Substring) {
      let parts = text.split(
        separator: "^", maxSplits: 4, omittingEmptySubsequences: false
      ).map { DataSet.trimmed($0) }
      func part(_ index: Int) -> String { index < parts.count ? parts[index] : "" }
      self.init(
        family: part(0), given: part(1), middle: part(2), prefix: part(3), suffix: part(4))
    }

    public var isEmpty: Bool { text.isEmpty }

    /// Components separated by `^`, empty ones at the end left out.
    public var text: String {
      var parts = [family, given, middle, prefix, suffix]
      while parts.last == "" { parts.removeLast() }
      return parts.joined(separator: "^")
    }
  }

  public var alphabetic: Group
  public var ideographic: Group
  public var phonetic: Group

  public init(alphabetic: Group, ideographic: Group = Group(), phonetic: Group = Group()) {
    self.alphabetic = alphabetic
    self.ideographic = ideographic
    self.phonetic = phonetic
  }

  /// - Parameter text: groups separated by `=`; what stands after the third is left out.
  public init(_ text: String) {
    let groups = text.split(separator: "=", omittingEmptySubsequences: false)
    func group(_ index: Int) -> Group { index < groups.count ? Group(groups[index]) : Group() }
    self.init(alphabetic: group(0), ideographic: group(1), phonetic: group(2))
  }

  /// Groups separated by `=`, empty ones at the end left out.
  public var text: String {
    var groups = [alphabetic.text, ideographic.text, phonetic.text]
    while groups.last == "" { groups.removeLast() }
    return groups.joined(separator: "=")
  }
}
