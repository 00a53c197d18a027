/// A series that is still growing.
struct SeriesDraft: Sendable {
  let uid: String
  private(set) var instances: [IndexedInstance] = []
  private var number: Int?
  private var description: String
  private var modality: String
  private var bodyPart: String
  /// The normal of the first instance that has one.
  private var normal: Vector3?
  /// False when another instance has another normal, or none.
  private var isOneStack = true
  private var isSorted = true

  init(_ instance: ScannedInstance) {
    uid = instance.seriesInstanceUID
    number = instance.seriesNumber
    description = instance.seriesDescription
    modality = instance.modality
    bodyPart = instance.bodyPart
  }

  /// - Returns: the place of the instance until the next ``sort()``.
  mutating func add(_ instance: ScannedInstance) -> Int {
    if number == nil { number = instance.seriesNumber }
    if description.isEmpty { description = instance.seriesDescription }
    if modality.isEmpty { modality = instance.modality }
    if bodyPart.isEmpty { bodyPart = instance.bodyPart }
    instances.append(IndexedInstance(instance, distance: distance(instance)))
    isSorted = false
    return instances.count - 1
  }

  mutating func replace(_ place: Int, by instance: ScannedInstance) {
    instances[place] = IndexedInstance(instance, distance: distance(instance))
    isSorted = false
  }

  private mutating func distance(_ instance: ScannedInstance) -> Double? {
    guard let position = instance.position, let normal = instance.normal else {
      isOneStack = false
      return nil
    }
    if self.normal == nil { self.normal = normal }
    guard let own = self.normal, own.dot(normal) > 0.999 else {
      isOneStack = false
      return nil
    }
    return position.dot(own)
  }

  /// - Returns: true when the order changed.
  mutating func sort() -> Bool {
    if isSorted { return false }
    isSorted = true
    // Computed with the normal of whichever file came first, equal to within the tolerance: a
    // hundredth of a millimetre decides nothing.
    func place(_ instance: IndexedInstance) -> Double {
      isOneStack ? ((instance.distance ?? 0) * 100).rounded() : 0
    }
    instances.sort { a, b in
      let left = (place(a), a.number ?? .max, a.path, a.archiveEntry ?? "")
      return left < (place(b), b.number ?? .max, b.path, b.archiveEntry ?? "")
    }
    return true
  }

  func built() -> IndexedSeries {
    var notes: [SeriesNote] = []
    if uid.isEmpty { notes.append(.noSeriesUID) }
    if let gap = missingNumbers() { notes.append(gap) }
    if isOneStack { notes += missingSlices() }
    return IndexedSeries(
      seriesInstanceUID: uid, number: number, description: description, modality: modality,
      bodyPart: bodyPart, instances: instances,
      isSortedByPosition: isOneStack && !instances.isEmpty, notes: notes)
  }

  /// Missing instance numbers. Series that number sparsely (every tenth, or by time) are not
  /// complained about.
  private func missingNumbers() -> SeriesNote? {
    let numbers = Set(instances.compactMap(\.number))
    guard let first = numbers.min(), let last = numbers.max(), numbers.count > 2 else { return nil }
    let (span, overflow) = last.subtractingReportingOverflow(first)
    guard !overflow else { return nil }
    let missing = span - (numbers.count - 1)
    guard missing > 0, missing <= numbers.count / 2 else { return nil }
    return .missingNumbers(count: missing, first: first, last: last)
  }

  /// A step between positions that is a multiple of both its neighbours, which agree. Where the
  /// spacing itself changes, as in head scans, one neighbour is as wide as the step.
  private func missingSlices() -> [SeriesNote] {
    var positions: [Double] = []
    for distance in instances.compactMap(\.distance)
    where positions.last.map({ distance - $0 > 0.01 }) ?? true {
      positions.append(distance)
    }
    guard positions.count > 3 else { return [] }
    let steps = zip(positions.dropFirst(), positions).map { $0 - $1 }
    var notes: [SeriesNote] = []
    for index in 1..<steps.count - 1 {
      let (before, after) = (steps[index - 1], steps[index + 1])
      guard abs(before - after) <= 0.1 * max(before, after),
        steps[index] > 1.5 * max(before, after)
      else { continue }
      let count = (steps[index] / ((before + after) / 2)).rounded() - 1
      guard let missing = Int(exactly: count), missing > 0, missing <= instances.count / 2 else {
        continue
      }
      notes.append(
        .missingSlices(count: missing, from: positions[index], to: positions[index + 1]))
    }
    return notes
  }
}
