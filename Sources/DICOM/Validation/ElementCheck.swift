/// Encoding, representation, multiplicity and values of every element (DICOM PS3.5 and PS3.6).
struct ElementCheck {
  let isExplicit: Bool
  private(set) var findings: [Finding] = []

  init(isExplicit: Bool) { self.isExplicit = isExplicit }

  mutating func check(_ set: DataSet, path: String = "") {
    checkOrder(set, path)
    for element in set.elements {
      if findings.count >= Validator.maximumFindings { return }
      let place = path + DICOMJSON.key(element.tag)
      check(element, in: set, place)
      for (number, item) in element.items.enumerated() {
        check(item, path: "\(place)[\(number + 1)].")
      }
    }
  }

  private mutating func add(
    _ severity: Finding.Severity, _ element: Element, _ path: String, _ message: String
  ) {
    findings.append(Finding(severity, path: path, tag: element.tag, message))
  }

  private mutating func checkOrder(_ set: DataSet, _ path: String) {
    for tag in set.repeatedTags {
      findings.append(
        Finding(
          .error, path: path + DICOMJSON.key(tag), tag: tag, "stands more than once in its data set"
        ))
    }
    if set.isUnordered {
      findings.append(
        Finding(
          .error, path: path,
          path.isEmpty
            ? "the tags are not in ascending order"
            : "the tags of the item \(path.dropLast()) are not in ascending order"))
    }
  }

  private mutating func check(_ element: Element, in set: DataSet, _ path: String) {
    if let length = element.location?.length, length % 2 == 1 {
      add(.error, element, path, "its length is odd (\(length) bytes)")
    }
    if element.tag.isPrivate {
      checkPrivate(element, in: set, path)
    } else if let entry = DataDictionary.standard[element.tag] {
      checkRepresentation(element, entry, path)
      checkMultiplicity(element, entry, in: set, path)
    } else {
      add(.warning, element, path, "the standard does not know this attribute")
    }
    for problem in ValueRules.problems(element, in: set) {
      add(problem.severity, element, path, problem.message)
    }
  }

  private mutating func checkPrivate(_ element: Element, in set: DataSet, _ path: String) {
    let tag = element.tag
    guard tag.element > 0xFF else { return }
    if set[Tag(tag.group, tag.element >> 8)] == nil {
      add(.warning, element, path, "nobody reserved its block: there is no private creator")
    }
  }

  private mutating func checkRepresentation(
    _ element: Element, _ entry: DataDictionary.Entry, _ path: String
  ) {
    guard isExplicit else { return }
    if !element.vr.isStandard {
      add(.error, element, path, "\(element.vr) is no value representation")
    } else if element.form.contains(.unknownVR) {
      if element.vr != .sq {
        add(.warning, element, path, "stands as UN, the dictionary says \(entry.vr)")
      }
    } else if !entry.vr.split(separator: " ").contains(Substring(element.vr.description)),
      entry.vr != "NONE"
    {
      add(.error, element, path, "has the type \(element.vr), the dictionary says \(entry.vr)")
    }
  }

  private mutating func checkMultiplicity(
    _ element: Element, _ entry: DataDictionary.Entry, in set: DataSet, _ path: String
  ) {
    guard let bytes = element.bytes, !bytes.isEmpty, let rule = Multiplicity(entry.vm),
      let count = Self.count(element, bytes, in: set), !rule.allows(count)
    else { return }
    add(.error, element, path, "has \(count) values, the standard says \(entry.vm)")
  }

  /// Values of an element; nil for those that are one whatever they hold.
  private static func count(_ element: Element, _ bytes: [UInt8], in set: DataSet) -> Int? {
    switch element.vr {
    case .ob, .od, .of, .ol, .ov, .ow, .un, .sq, .lt, .st, .ur, .ut: nil
    case .at: bytes.count / 4
    default:
      element.vr.isText ? set.strings(element.tag)?.count : bytes.count / element.vr.unitSize
    }
  }
}

/// A value multiplicity (DICOM PS3.5 section 6.4): `1`, `1-3`, `1-n`, `2-2n`.
struct Multiplicity {
  private let least: Int
  /// Nil for any number.
  private let most: Int?
  /// Above ``least``, only multiples of this.
  private let step: Int

  /// Nil for a rule that is none of those.
  init?(_ text: String) {
    let parts = text.split(separator: "-")
    guard let first = parts.first, let least = Int(first), parts.count <= 2 else { return nil }
    self.least = least
    guard parts.count == 2 else {
      most = least
      step = 1
      return
    }
    let last = parts[1]
    if last.hasSuffix("n") {
      guard let step = last == "n" ? 1 : Int(last.dropLast()), step > 0 else { return nil }
      most = nil
      self.step = step
    } else {
      guard let most = Int(last) else { return nil }
      self.most = most
      step = 1
    }
  }

  func allows(_ count: Int) -> Bool {
    count >= least && count <= most ?? count && count % step == 0
  }
}
