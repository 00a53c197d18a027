/// The data set of an instance as it goes out, and which of its top-level elements differ.
struct RewrittenDataSet {
  private(set) var dataSet: DataSet
  /// Elements of the top level that are written anew; all others are copied.
  private(set) var changed: Set<Tag> = []
  /// Former values of what was replaced, in the character set of the new data set.
  private var originals = DataSet()

  /// - Parameters:
  ///   - file: read to its end, without a problem.
  ///   - context: what the instance meets where it goes.
  /// - Throws: ``DICOMError/unwritable(tag:problem:)`` when a value cannot be written without
  ///   damage.
  init(
    _ file: DICOMFile, _ rewrite: InstanceRewrite, _ context: RewriteContext,
    _ record: RewriteRecord
  ) throws(DICOMError) {
    dataSet = file.dataSet
    originals.characterSets = dataSet.characterSets
    let texts = rewrite.changes.filter {
      DataDictionary.standard.vr(of: $0.tag).usesCharacterSet
    }
    for change in rewrite.changes { try Self.check(change) }
    let common = rewrite.replaces.isEmpty ? CommonAttributes() : context.common
    let isOtherText = dataSet.characterSets.base != .utf8 && !common.isASCII
    if isOtherText || texts.contains(where: { dataSet.characterSets.encode($0.to) == nil }) {
      try convert(file)
    }
    for change in rewrite.changes { try set(change) }
    for scope in rewrite.replaces { replace(scope, by: common) }
    mapReferences(context.references)
    if isModified { note(record) }
  }

  /// True when a value or reference changed, not only the encoding of text.
  private var isModified = false

  private static func check(_ change: AttributeChange) throws(DICOMError) {
    let vr = DataDictionary.standard.vr(of: change.tag)
    if vr == .ui && !UID.isValid(change.to) {
      throw .unwritable(
        tag: change.tag, problem: "its new value is no UID: expected digits and dots, at most 64")
    }
    let isControl = change.to.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    if isControl || change.to.contains("\\") {
      throw .unwritable(
        tag: change.tag, problem: "its new value has a control character or a backslash")
    }
  }

  private mutating func set(_ change: AttributeChange) throws(DICOMError) {
    let tag = change.tag
    let old = dataSet[tag]
    if dataSet.string(tag) == change.to { return }
    guard let bytes = dataSet.characterSets.encode(change.to) else {
      throw .unwritable(tag: tag, problem: "its new value does not fit its character set")
    }
    if let old { originals[tag] = old }
    dataSet.set(tag, DataDictionary.standard.vr(of: tag), bytes: bytes)
    changed.insert(tag)
    isModified = true
  }

  // MARK: What was another's

  /// What the instance says of the patient, or study, that it leaves is replaced by what the files
  /// of the new one agree on, or taken away.
  private mutating func replace(_ scope: IdentityScope, by common: CommonAttributes) {
    for element in dataSet.elements {
      let tag = element.tag
      if scope.covers(tag) {
        let new = common.dataSet[tag]
        if let new, new.isSame(as: element) { continue }
        if new == nil, IdentityScope.isRequired(tag) {
          if element.bytes?.isEmpty == true { continue }
          put(Element(tag: tag, vr: element.vr, value: .bytes([])), at: tag)
        } else {
          put(new, at: tag)
        }
      } else if element.vr == .sq, tag != .originalAttributesSequence, tag.group & 1 == 0 {
        var new = element
        var items = element.items
        var isStripped = false
        for index in items.indices where Self.strip(&items[index], scope) { isStripped = true }
        new.value = .items(items)
        if isStripped { put(new, at: tag) }
      }
    }
    for element in common.dataSet.elements
    where scope.covers(element.tag) && dataSet[element.tag] == nil {
      put(element, at: element.tag)
    }
  }

  private mutating func put(_ element: Element?, at tag: Tag) {
    // The first of several changes has the value of the file.
    if let old = dataSet[tag], originals[tag] == nil { originals[tag] = old }
    dataSet[tag] = element
    changed.insert(tag)
    isModified = true
  }

  private static func strip(_ item: inout DataSet, _ scope: IdentityScope) -> Bool {
    var isStripped = false
    for element in item.elements where element.tag.group & 1 == 0 {
      if scope.coversInside(element.tag) {
        item[element.tag] = nil
        isStripped = true
      } else if element.vr == .sq {
        var new = element
        var items = element.items
        for index in items.indices where strip(&items[index], scope) { isStripped = true }
        new.value = .items(items)
        item[element.tag] = new
      }
    }
    return isStripped
  }

  // MARK: Text

  /// All text becomes UTF-8, because the new values need it.
  private mutating func convert(_ file: DICOMFile) throws(DICOMError) {
    let before = dataSet
    try DICOMWriter.load(&dataSet, from: try ValueReader(file))
    guard dataSet.useUTF8() == 0 else {
      throw .unwritable(
        tag: .specificCharacterSet,
        problem: "the new values need UTF-8, and other text of \(file.name) is not in the "
          + "character set that it names, so that it cannot be converted; use ASCII letters")
    }
    originals.characterSets = dataSet.characterSets
    for element in dataSet.elements {
      guard let old = before[element.tag], old.isSame(as: element) else {
        changed.insert(element.tag)
        continue
      }
    }
  }

  // MARK: References

  /// References between instances that go out together follow their new UIDs.
  private mutating func mapReferences(_ references: [String: RewrittenReference]) {
    guard !references.isEmpty else { return }
    for element in dataSet.elements
    where element.vr == .sq && element.tag != .originalAttributesSequence {
      var new = element
      var items = element.items
      var found = References()
      for index in items.indices { found.add(Self.map(&items[index], references)) }
      guard found.isChanged else { continue }
      new.value = .items(items)
      put(new, at: element.tag)
    }
  }

  /// What an item and those in it refer to.
  private struct References {
    var mapped: [RewrittenReference] = []
    /// References to instances that are not in the set.
    var others = 0
    var isChanged: Bool { !mapped.isEmpty }

    mutating func add(_ more: References) {
      mapped += more.mapped
      others += more.others
    }

    /// The value that all references agree on; nil when they do not, or some lead elsewhere.
    func common(_ path: KeyPath<RewrittenReference, String>) -> String? {
      guard others == 0, let first = mapped.first?[keyPath: path] else { return nil }
      return mapped.allSatisfy { $0[keyPath: path] == first } ? first : nil
    }
  }

  private static func map(
    _ item: inout DataSet, _ references: [String: RewrittenReference]
  ) -> References {
    var found = References()
    for element in item.elements where element.tag != .originalAttributesSequence {
      if element.vr == .sq {
        var new = element
        var items = element.items
        var inner = References()
        for index in items.indices { inner.add(map(&items[index], references)) }
        if inner.isChanged {
          new.value = .items(items)
          item[element.tag] = new
        }
        found.add(inner)
      } else if element.tag == .referencedSOPInstanceUID || element.tag == .contentUID {
        guard let uid = item.string(element.tag), !uid.isEmpty else { continue }
        if let reference = references[uid] {
          item.set(element.tag, .ui, reference.sopInstanceUID)
          found.mapped.append(reference)
        } else if element.tag == .referencedSOPInstanceUID {
          found.others += 1
        }
      }
    }
    if item[.seriesInstanceUID] != nil, let uid = found.common(\.seriesInstanceUID) {
      item.set(.seriesInstanceUID, .ui, uid)
    }
    if item[.studyInstanceUID] != nil, let uid = found.common(\.studyInstanceUID) {
      item.set(.studyInstanceUID, .ui, uid)
    }
    return found
  }

  // MARK: Record

  /// Adds to the Original Attributes Sequence (PS3.3 C.12.1.1.9); items of others stay.
  private mutating func note(_ record: RewriteRecord) {
    var item = DataSet(characterSets: dataSet.characterSets)
    item.set(.modifiedAttributesSequence, items: [originals])
    item.set(.attributeModificationDateTime, .dt, record.dateTime)
    item.set(.modifyingSystem, .lo, record.modifyingSystem)
    // Whoever made the instance; type 2: empty when it does not say.
    item.set(.sourceOfPreviousValues, .lo, bytes: dataSet[.institutionName]?.bytes ?? [])
    item.set(.reasonForAttributeModification, .cs, record.reason.rawValue)
    let tag = Tag.originalAttributesSequence
    if var old = dataSet[tag] {
      old.value = .items(old.items + [item])
      dataSet[tag] = old
    } else {
      dataSet.set(tag, items: [item])
    }
    changed.insert(tag)
  }
}

extension Tag {
  static let referencedSOPInstanceUID = Tag(0x0008, 0x1155)
  /// UID (0040,A124): the value of a content item of a structured report.
  static let contentUID = Tag(0x0040, 0xA124)
}

extension CharacterSets {
  /// The bytes of text that a value of this character set can hold as they are; nil when it needs
  /// another one. ASCII fits everywhere; ISO 8859-1 and UTF-8 are written, others not.
  func encode(_ text: String) -> [UInt8]? {
    if base == .utf8 { return Array(text.utf8) }
    if text.unicodeScalars.allSatisfy({ (0x20..<0x7F).contains($0.value) }) {
      // JIS X 0201 has other signs there.
      if base == .katakana && text.contains("~") { return nil }
      return Array(text.utf8)
    }
    guard base == .latin1, terms.count == 1, !hasExtensions else { return nil }
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      guard let byte = UInt8(exactly: scalar.value), byte < 0x7F || byte >= 0xA0 else {
        return nil
      }
      bytes.append(byte)
    }
    return bytes
  }
}
