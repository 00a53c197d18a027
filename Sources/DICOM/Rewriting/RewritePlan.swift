/// How the body of a rewritten file is put together: ranges of the source as they are, and
/// elements made anew.
struct RewritePlan {
  enum Part {
    /// Bytes of the source's body.
    case copy(Element.Location)
    case element(Element)
  }

  private(set) var parts: [Part] = []
  /// Bytes of each group without its group length, which some files still have.
  private var groupBytes: [UInt16: Int] = [:]
  private var groupLengths: [(part: Int, group: UInt16)] = []
  private var changedGroups: Set<UInt16> = []

  /// - Parameters:
  ///   - source: the body's bytes, inflated when the file is deflated.
  ///   - start: where the data set begins.
  ///   - read: the data set as it was read.
  init(
    _ source: ByteSource, from start: Int, _ encoding: Encoding, read: DataSet,
    _ new: RewrittenDataSet
  ) throws(DICOMError) {
    var ends: [Int: Int] = [:]
    for element in read.elements {
      guard let location = element.location else { continue }
      ends[location.offset] = location.offset + location.length
    }
    let encoder = DataSetEncoder(sink: MemorySink())
    var pending = new.changed.subtracting(read.elements.map(\.tag)).sorted()[...]
    var written: Set<Tag> = []
    var walker = ElementWalker(
      source: source, encoding: encoding, offset: start, end: source.size)
    var isFirst = true
    while source.size - walker.offset > 0, let head = try walker.next() {
      // Zeros after the last element are padding of the medium.
      if head.tag.rawValue == 0 && head.length == 0 && !isFirst { break }
      isFirst = false
      let next: Int
      if head.tag == .itemDelimiter {
        next = head.valueOffset
      } else if head.isUndefined {
        guard let end = ends[head.valueOffset] else {
          throw .unwritable(tag: head.tag, problem: "it stands twice; export the file again")
        }
        next = end
      } else {
        next = head.valueOffset + head.length
      }
      guard next <= source.size else { throw walker.cut(head) }
      while let tag = pending.first, tag < head.tag {
        try append(new, tag, encoder, encoding)
        pending.removeFirst()
      }
      if new.changed.contains(head.tag) {
        if written.insert(head.tag).inserted { try append(new, head.tag, encoder, encoding) }
        changedGroups.insert(head.tag.group)
      } else if head.tag.element == 0 && head.length == 4 {
        groupLengths.append((parts.count, head.tag.group))
        parts.append(.copy(Element.Location(offset: head.offset, length: next - head.offset)))
        // The next part must not become one with it.
        parts.append(.copy(Element.Location(offset: next, length: 0)))
      } else {
        copy(head.offset, next)
        groupBytes[head.tag.group, default: 0] += next - head.offset
      }
      walker.offset = next
    }
    for tag in pending { try append(new, tag, encoder, encoding) }
    if walker.offset < source.size { copy(walker.offset, source.size) }
    for (part, group) in groupLengths where changedGroups.contains(group) {
      var length = DataSet()
      length.set(Tag(group, 0), .ul, ints: [groupBytes[group] ?? 0])
      if let element = length[Tag(group, 0)] { parts[part] = .element(element) }
    }
  }

  private mutating func append(
    _ new: RewrittenDataSet, _ tag: Tag, _ encoder: DataSetEncoder<MemorySink>,
    _ encoding: Encoding
  ) throws(DICOMError) {
    guard let element = new.dataSet[tag] else { return }
    parts.append(.element(element))
    groupBytes[tag.group, default: 0] += try encoder.length(element, encoding)
    changedGroups.insert(tag.group)
  }

  private mutating func copy(_ start: Int, _ end: Int) {
    if case .copy(let last)? = parts.last, last.offset + last.length == start {
      parts[parts.count - 1] = .copy(
        Element.Location(offset: last.offset, length: last.length + end - start))
    } else {
      parts.append(.copy(Element.Location(offset: start, length: end - start)))
    }
  }
}
