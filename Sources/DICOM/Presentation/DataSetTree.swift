/// One line of a data set as a tree: an element, or an item of a sequence.
///
/// Texts are decoded, but not made safe for a terminal: that is the business of whoever shows them.
public struct TreeRow: Sendable, Equatable {
  /// 0 at the top level; an item is one deeper than its sequence, its elements one deeper than it.
  public var depth: Int
  /// Nil for an item.
  public var tag: Tag?
  /// Nil for an item.
  public var vr: VR?
  /// `Patient's Name`; `Private` or `Unknown` where the dictionary has none; `Item 1`.
  public var name: String
  /// `PatientName`; empty where there is none.
  public var keyword: String
  /// The value in words, cut to the length asked for.
  public var value: String
  /// Bytes of the value, as far as they are known.
  public var length: Int?
  /// Where it stands: `00081140[1].00081155`. The number of an item counts from 1.
  public var path: String
}

/// A data set as a tree of lines.
public struct DataSetTree: Sendable {
  /// Longer values are cut, with `…` at their end.
  public var maximumCharacters = 120
  /// Bytes shown of a binary value.
  public var maximumBytes = 16

  public init() {}

  /// Gives the lines of a file in order: file meta information, then the data set.
  /// - Parameter receive: false ends the walk.
  public func visit(_ file: DICOMFile, _ receive: (TreeRow) -> Bool) {
    guard visit(file.meta, 0, "", receive), visit(file.dataSet, 0, "", receive) else { return }
    guard let stop = file.stoppedAt else { return }
    let element = Element(tag: stop.tag, vr: .ow, value: .located, location: stop.location)
    _ = receive(row(element, file.dataSet, 0, ""))
  }

  /// The lines of a file, at most so many.
  public func rows(_ file: DICOMFile, limit: Int = 200_000) -> [TreeRow] {
    var rows: [TreeRow] = []
    visit(file) { row in
      rows.append(row)
      return rows.count < limit
    }
    return rows
  }

  private func visit(
    _ set: DataSet, _ depth: Int, _ path: String, _ receive: (TreeRow) -> Bool
  ) -> Bool {
    for element in set.elements {
      let row = row(element, set, depth, path)
      guard receive(row) else { return false }
      for (number, item) in element.items.enumerated() {
        let place = "\(row.path)[\(number + 1)]"
        let line = TreeRow(
          depth: depth + 1, tag: nil, vr: nil, name: "Item \(number + 1)", keyword: "",
          value: item.elements.isEmpty ? "empty" : "", length: nil, path: place)
        guard receive(line), visit(item, depth + 2, place + ".", receive) else { return false }
      }
    }
    return true
  }

  private func row(_ element: Element, _ set: DataSet, _ depth: Int, _ path: String) -> TreeRow {
    let tag = element.tag
    let entry = DataDictionary.standard[tag]
    return TreeRow(
      depth: depth, tag: tag, vr: element.vr,
      name: entry?.name ?? (tag.isPrivate ? "Private" : "Unknown"), keyword: entry?.keyword ?? "",
      value: cut(words(element, set)), length: element.bytes?.count ?? element.location?.length,
      path: path + DICOMJSON.key(tag))
  }

  private func cut(_ text: String) -> String {
    // A character is at least one byte: short texts need no counting.
    guard text.utf8.count > maximumCharacters, text.count > maximumCharacters else { return text }
    return text.prefix(maximumCharacters) + "…"
  }

  private func words(_ element: Element, _ set: DataSet) -> String {
    switch element.value {
    case .items(let items): return items.count == 1 ? "1 item" : "\(items.count) items"
    case .fragments(let pixels):
      let frames = pixels.offsetTable.isEmpty ? "" : ", \(pixels.offsetTable.count) frames"
      return "\(pixels.fragments.count) fragments\(frames)"
    case .located:
      guard let length = element.location?.length, length >= 0 else { return "compressed" }
      return "\(length) bytes"
    case .bytes(let bytes):
      if bytes.isEmpty { return "" }
      if element.vr == .ui { return identifiers(set.strings(element.tag) ?? []) }
      guard let values = set.values(element.tag) else { return "" }
      // Only as many as can be seen: a table may hold thousands.
      return values.prefix(maximumCharacters).map(words).joined(separator: "\\")
    }
  }

  private func identifiers(_ uids: [String]) -> String {
    let text = uids.joined(separator: "\\")
    guard uids.count == 1, let entry = UIDRegistry.standard[text] else { return text }
    return "\(text) \(entry.name)"
  }

  private func words(_ value: AttributeValue) -> String {
    switch value {
    case .text(let text), .uid(let text), .invalid(let text): text
    case .name(let name): name.text
    case .date(let date): date.text
    case .time(let time): time.text
    case .dateTime(let moment): moment.text
    case .age(let age): age.text
    case .integer(let number): String(number)
    case .large(let number): String(number)
    case .number(let number): Self.words(number)
    case .tag(let tag): tag.description
    case .bytes(let bytes):
      bytes.prefix(maximumBytes).map { Self.hex($0) }.joined(separator: " ")
        + (bytes.count > maximumBytes ? " …" : "")
    case .empty: ""
    }
  }

  private static func words(_ number: Double) -> String {
    Int(exactly: number).map { String($0) } ?? "\(number)"
  }

  private static func hex(_ byte: UInt8) -> String {
    let text = String(byte, radix: 16)
    return byte < 16 ? "0" + text : text
  }
}

extension TreeRow {
  /// True when tag, keyword, name or value contain the text; case does not matter. A tag may be
  /// written `0010,0010`, `(0010,0010)` or `00100010`.
  public func matches(_ text: String) -> Bool {
    let wanted = text.lowercased()
    if wanted.isEmpty { return true }
    if name.lowercased().contains(wanted) || keyword.lowercased().contains(wanted)
      || value.lowercased().contains(wanted)
    {
      return true
    }
    let digits = wanted.filter { $0.isHexDigit }
    guard let tag, digits.count >= 4, wanted.allSatisfy({ $0.isHexDigit || "(), ".contains($0) })
    else { return false }
    return DICOMJSON.key(tag).lowercased().contains(digits)
  }
}
