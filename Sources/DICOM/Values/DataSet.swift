/// A data set: elements in ascending order of their tags (DICOM PS3.5 section 7).
public struct DataSet: Sendable {
  /// In ascending order, each tag once.
  public private(set) var elements: [Element]
  /// The character sets that its text was written in (those of the enclosing data set when it
  /// names none itself).
  public var characterSets: CharacterSets
  /// Of an item of a sequence: true when a delimiter ended it instead of a length.
  var isOpen = false
  /// Of an item that was read: where its item tag stands. Directory records of a DICOMDIR name
  /// each other this way (PS3.3 F.3.2.2).
  var itemOffset: Int?
  /// What was wrong with the order of the elements that the data set was made of.
  private(set) var isUnordered = false
  private(set) var repeatedTags: [Tag] = []

  public init(elements: [Element] = [], characterSets: CharacterSets = .utf8) {
    self.elements = elements
    self.characterSets = characterSets
    normalise()
  }

  /// Sorts by tag; of several elements with one tag the last stays.
  private mutating func normalise() {
    var isSorted = true
    for index in elements.indices.dropFirst()
    where elements[index - 1].tag >= elements[index].tag {
      isSorted = false
      if elements[index - 1].tag > elements[index].tag { isUnordered = true }
    }
    if isSorted { return }
    var byTag: [Tag: Element] = [:]
    for element in elements where byTag.updateValue(element, forKey: element.tag) != nil {
      repeatedTags.append(element.tag)
    }
    elements = byTag.values.sorted { $0.tag < $1.tag }
  }

  /// The place of a tag, or where it would be inserted.
  private func position(_ tag: Tag) -> (index: Int, found: Bool) {
    var (low, high) = (0, elements.count)
    while low < high {
      let middle = (low + high) / 2
      if elements[middle].tag < tag { low = middle + 1 } else { high = middle }
    }
    return (low, low < elements.count && elements[low].tag == tag)
  }

  /// The element of a tag; setting nil removes it.
  public subscript(_ tag: Tag) -> Element? {
    get {
      let (index, found) = position(tag)
      return found ? elements[index] : nil
    }
    set {
      let (index, found) = position(tag)
      switch (newValue, found) {
      case (let element?, true): elements[index] = element
      case (let element?, false): elements.insert(element, at: index)
      case (nil, true): elements.remove(at: index)
      case (nil, false): break
      }
    }
  }

  /// True when there is pixel data of any kind.
  public var hasPixelData: Bool {
    self[.pixelData] != nil || self[.floatPixelData] != nil || self[.doubleFloatPixelData] != nil
  }

  /// Elements at all levels, items not counted.
  public var elementCount: Int {
    elements.reduce(0) { sum, element in
      sum + 1 + element.items.reduce(0) { $0 + $1.elementCount }
    }
  }

  /// Calls `body` for every element at every level, parents before children.
  public func visit(_ body: (Element) -> Void) {
    for element in elements {
      body(element)
      for item in element.items { item.visit(body) }
    }
  }
}
