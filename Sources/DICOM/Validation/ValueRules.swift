/// What a value may hold by its representation (DICOM PS3.5 table 6.2-1).
enum ValueRules {
  struct Problem {
    var severity: Finding.Severity
    var message: String
  }

  /// What is wrong with the values of an element; at most one problem of a kind.
  static func problems(_ element: Element, in set: DataSet) -> [Problem] {
    guard let bytes = element.bytes, !bytes.isEmpty else { return [] }
    let unit = element.vr == .at ? 4 : element.vr.unitSize
    if bytes.count % unit != 0 {
      return [error("\(bytes.count) bytes are no multiple of \(unit), the size of \(element.vr)")]
    }
    guard element.vr.isText, let texts = set.strings(element.tag) else { return [] }
    var problems: [Problem] = []
    func add(_ problem: Problem?) {
      guard let problem, !problems.contains(where: { $0.message == problem.message }) else {
        return
      }
      problems.append(problem)
    }
    add(padding(element, bytes))
    add(repertoire(element, bytes, texts))
    for text in texts where !text.isEmpty { add(form(text, element.vr)) }
    return problems
  }

  private static func error(_ message: String) -> Problem {
    Problem(severity: .error, message: message)
  }

  private static func warning(_ message: String) -> Problem {
    Problem(severity: .warning, message: message)
  }

  private static func padding(_ element: Element, _ bytes: [UInt8]) -> Problem? {
    guard let last = bytes.last else { return nil }
    if element.vr == .ui {
      return last == 0x20 ? warning("is padded with a blank instead of a zero byte") : nil
    }
    return last == 0 ? warning("is padded with a zero byte instead of a blank") : nil
  }

  /// Characters that the representation or the character set does not have.
  private static func repertoire(_ element: Element, _ bytes: [UInt8], _ texts: [String])
    -> Problem?
  {
    let text = texts.joined()
    if element.vr.usesCharacterSet {
      if text.unicodeScalars.contains("\u{FFFD}") {
        return error("holds bytes that its character set does not have")
      }
      let isPlain = element.vr == .lt || element.vr == .st || element.vr == .ut
      let hasControl = text.unicodeScalars.contains { scalar in
        let value = scalar.value
        if isPlain && (value == 0x09 || value == 0x0A || value == 0x0C || value == 0x0D) {
          return false
        }
        return value < 0x20 || (0x7F...0x9F).contains(value)
      }
      return hasControl ? error("holds control characters") : nil
    }
    return bytes.contains { $0 >= 0x80 || $0 < 0x20 && $0 != 0 }
      ? error("holds characters that \(element.vr) does not allow") : nil
  }

  /// Form and length of one value.
  private static func form(_ text: String, _ vr: VR) -> Problem? {
    switch vr {
    case .ae:
      return longer(text, than: 16)
    case .as:
      return AgeValue(text)?.text == text
        ? nil : error("is no age of the form nnnD, nnnW, nnnM or nnnY")
    case .cs:
      let isCode = text.utf8.allSatisfy {
        (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x20 || $0 == 0x5F
      }
      return isCode
        ? longer(text, than: 16) : error("a code may hold A to Z, 0 to 9, blank and _ only")
    case .da:
      guard let date = DateValue(text), date.isComplete else { return error("is no date YYYYMMDD") }
      return date.text == text ? nil : warning("is a date, but not of the form YYYYMMDD")
    case .ds:
      return NumberText.isStandardDecimal(text) ? nil : error("is no number of up to 16 characters")
    case .dt:
      return DateTimeValue(text) == nil ? error("is no date and time") : longer(text, than: 26)
    case .is:
      return NumberText.isStandardInteger(text) ? nil : error("is no whole number of 32 bits")
    case .lo: return longer(text, than: 64)
    case .lt: return longer(text, than: 10_240)
    case .pn: return name(text)
    case .sh: return longer(text, than: 16)
    case .st: return longer(text, than: 1_024)
    case .tm:
      guard TimeValue(text) != nil else { return error("is no time HHMMSS.FFFFFF") }
      return text.contains(":") ? warning("is a time, but not of the form HHMMSS.FFFFFF") : nil
    case .ui: return UID.isValid(text) ? nil : error("is no unique identifier")
    default: return nil
    }
  }

  private static func longer(_ text: String, than limit: Int) -> Problem? {
    // Most are shorter in bytes already.
    guard text.utf8.count > limit, text.unicodeScalars.count > limit else { return nil }
    return error("is longer than \(limit) characters")
  }

  private static func name(_ text: String) -> Problem? {
    let groups = text.split(separator: "=", omittingEmptySubsequences: false)
    if groups.count > 3 { return error("has more than three component groups") }
    for group in groups {
      if let problem = longer(String(group), than: 64) { return problem }
      if group.split(separator: "^", omittingEmptySubsequences: false).count > 5 {
        return error("has more than five components")
      }
    }
    return nil
  }
}
