public import DICOM
public import Foundation

/// Sorts files into studies before they are sent: what belongs to whom, and under which identity it
/// goes out. Pure; every change can be undone and done again.
public struct Organiser: Sendable, Equatable {
  /// All files, study by study and series by series; their order never changes.
  public let instances: [OrganiserInstance]
  /// Where each file was found: an index of ``containers``.
  let homes: [Int]
  /// The studies as they were found.
  let found: [ScannedStudy]
  /// In the order of their ids: those found first, then new ones. None is ever taken away, except
  /// by undoing.
  public private(set) var containers: [OrganiserContainer]
  private var done: [Step] = []
  private var undone: [Step] = []
  /// New identifiers come from here, so that the same keys give the same result.
  private let seed: UUID

  /// One change: containers before and after it, by id.
  private struct Step: Sendable, Equatable {
    var words: String
    var before: [OrganiserContainer]
    var after: [OrganiserContainer]
  }

  /// - Parameters:
  ///   - studies: of a finished scan.
  ///   - headers: what each file of the studies says, in their order; nil where it cannot be read.
  ///   - seed: random; new Study Instance UIDs are made of it.
  public init(_ studies: [ScannedStudy], headers: [ScannedInstance?], seed: UUID) {
    var instances: [OrganiserInstance] = []
    var homes: [Int] = []
    var containers: [OrganiserContainer] = []
    for study in studies {
      let start = instances.count
      for file in study.files {
        let header = headers.indices.contains(instances.count) ? headers[instances.count] : nil
        instances.append(OrganiserInstance(file, of: study.study, header: header))
        homes.append(containers.count)
      }
      let identity = StudyIdentity(study.study)
      var container = OrganiserContainer(
        id: containers.count, identity: identity, origin: identity.studyInstanceUID,
        hasIdentity: true)
      container.members.insert(contentsOf: start..<instances.count)
      containers.append(container)
    }
    self.instances = instances
    self.homes = homes
    self.containers = containers
    found = studies
    self.seed = seed
  }

  /// True when something differs from what was found, or did.
  public var isChanged: Bool { !done.isEmpty }
  /// What the next undo takes back, in words.
  public var undoWords: String? { done.last?.words }
  /// What the next redo does again, in words.
  public var redoWords: String? { undone.last?.words }
  public var stepCount: (done: Int, undone: Int) { (done.count, undone.count) }

  public mutating func undo() -> Bool {
    guard let step = done.popLast() else { return false }
    put(step.before, insteadOf: step.after)
    undone.append(step)
    return true
  }

  public mutating func redo() -> Bool {
    guard let step = undone.popLast() else { return false }
    put(step.after, insteadOf: step.before)
    done.append(step)
    return true
  }

  private mutating func put(
    _ new: [OrganiserContainer], insteadOf old: [OrganiserContainer]
  ) {
    let kept = Set(new.map(\.id))
    // Only the last ones can be new: ids are places.
    while let last = containers.last, old.contains(where: { $0.id == last.id }),
      !kept.contains(last.id)
    {
      containers.removeLast()
    }
    for container in new.sorted(by: { $0.id < $1.id }) {
      if containers.indices.contains(container.id) {
        containers[container.id] = container
      } else {
        containers.append(container)
      }
    }
  }

  /// Makes `next` the present state. Nothing is noted when it is no change.
  mutating func commit(_ next: [OrganiserContainer], _ words: String) -> Bool {
    let changed = next.filter { !containers.indices.contains($0.id) || containers[$0.id] != $0 }
    guard !changed.isEmpty else { return false }
    let before = changed.compactMap {
      containers.indices.contains($0.id) ? containers[$0.id] : nil
    }
    done.append(Step(words: words, before: before, after: changed))
    undone = []
    containers = next
    return true
  }

  // MARK: Operations

  /// Moves instances into a container; those that are there already stay.
  /// - Returns: false when nothing moved.
  @discardableResult
  public mutating func move(_ wanted: RangeSet<Int>, to target: Int) -> Bool {
    guard containers.indices.contains(target) else { return false }
    var next = containers
    let moved = movable(wanted).subtracting(containers[target].members)
    guard !moved.ranges.isEmpty else { return false }
    take(moved, to: target, &next)
    return commit(next, "moved \(Self.images(moved)) to \(name(of: next[target]))")
  }

  /// Makes a container; it takes its metadata from the first file moved in.
  /// - Returns: its id.
  @discardableResult
  public mutating func newContainer(with wanted: RangeSet<Int> = RangeSet()) -> Int {
    var next = containers
    let id = add(&next)
    let moved = movable(wanted)
    if !moved.ranges.isEmpty { take(moved, to: id, &next) }
    _ = commit(
      next,
      moved.ranges.isEmpty ? "made a new study" : "made a new study of \(Self.images(moved))")
    return id
  }

  /// What a container is split by.
  public enum Split: Sendable, Equatable {
    case patient, series
    /// These go into a container of their own.
    case marked(RangeSet<Int>)
  }

  /// Splits a container: the first patient, or series, stays.
  /// - Returns: the ids of the new containers.
  @discardableResult
  public mutating func split(_ id: Int, by way: Split) -> [Int] {
    guard containers.indices.contains(id) else { return [] }
    let parts: [RangeSet<Int>]
    switch way {
    case .patient: parts = groups(containers[id]) { $0.found.patient }
    case .series:
      parts = groups(containers[id]) {
        [$0.found.studyInstanceUID, $0.file.seriesInstanceUID]
      }
    case .marked(let marked):
      let own = movable(marked).intersection(containers[id].members)
      parts = own == containers[id].members || own.ranges.isEmpty ? [] : [RangeSet(), own]
    }
    guard parts.count > 1 else { return [] }
    var next = containers
    var new: [Int] = []
    for part in parts.dropFirst() {
      let moved = movable(part)
      guard !moved.ranges.isEmpty else { continue }
      let added = add(&next)
      take(moved, to: added, &next)
      new.append(added)
    }
    guard commit(next, "split \(name(of: containers[id])) into \(new.count + 1) studies") else {
      return []
    }
    return new
  }

  /// Moves everything of some containers into another one.
  @discardableResult
  public mutating func merge(_ ids: [Int], into target: Int) -> Bool {
    guard containers.indices.contains(target) else { return false }
    var all = RangeSet<Int>()
    for id in ids where id != target && containers.indices.contains(id) {
      all.formUnion(containers[id].members)
    }
    let moved = movable(all)
    guard !moved.ranges.isEmpty else { return false }
    var next = containers
    take(moved, to: target, &next)
    return commit(next, "merged \(Self.images(moved)) into \(name(of: next[target]))")
  }

  /// Gives a container other values; they hold for all of its files. An empty Study Instance UID
  /// means a new one.
  /// - Returns: false when no value differs.
  @discardableResult
  public mutating func edit(_ id: Int, _ identity: StudyIdentity) -> Bool {
    guard containers.indices.contains(id) else { return false }
    var identity = identity
    if identity.studyInstanceUID.isEmpty { identity.studyInstanceUID = newStudyUID(id) }
    var next = containers
    let fields = IdentityField.allCases.filter { identity[$0] != next[id].identity[$0] }
    guard !fields.isEmpty else { return false }
    next[id].identity = identity
    next[id].edited.formUnion(fields)
    next[id].hasIdentity = true
    return commit(
      next, "changed \(fields.map(\.title).joined(separator: ", ")) of \(name(of: next[id]))")
  }

  /// Lets a mixture of patients go out as it is, for a reason that is kept; nil takes it back.
  @discardableResult
  public mutating func override(_ id: Int, reason: String?) -> Bool {
    guard containers.indices.contains(id) else { return false }
    var next = containers
    let reason = reason?.split { $0.isWhitespace }.joined(separator: " ")
    guard reason != "" else { return false }
    let mixture = mixture(of: containers[id])
    next[id].override = reason.map {
      OrganiserContainer.Override(
        reason: $0, patients: mixture.patients, birthDates: mixture.birthDates)
    }
    return commit(
      next, reason == nil ? "took the reason back" : "gave a reason for mixed patients")
  }

  // MARK: Parts of operations

  private func movable(_ wanted: RangeSet<Int>) -> RangeSet<Int> {
    var valid = wanted.intersection(RangeSet(0..<instances.count))
    for index in valid.ranges.joined() where instances[index].problem != nil {
      valid.remove(contentsOf: index..<index + 1)
    }
    return valid
  }

  private func add(_ next: inout [OrganiserContainer]) -> Int {
    next.append(
      OrganiserContainer(
        id: next.count, identity: StudyIdentity(), origin: "", hasIdentity: false))
    return next.count - 1
  }

  private func take(_ moved: RangeSet<Int>, to target: Int, _ next: inout [OrganiserContainer]) {
    for index in next.indices where index != target {
      let before = next[index].members
      next[index].members.subtract(moved)
      if next[index].members != before { settle(index, &next) }
    }
    next[target].members.formUnion(moved)
    guard !next[target].hasIdentity, let first = moved.ranges.first?.lowerBound else { return }
    // A new container is what its first file says, under a UID that no other one has.
    var identity = instances[first].found
    next[target].origin = identity.studyInstanceUID
    let isTaken = next.contains {
      $0.id != target && $0.hasIdentity
        && $0.identity.studyInstanceUID == identity.studyInstanceUID
    }
    if isTaken || identity.studyInstanceUID.isEmpty {
      identity.studyInstanceUID = newStudyUID(target)
    }
    next[target].identity = identity
    next[target].hasIdentity = true
  }

  /// Files went out of a container: a value that none of those found in it says any more, and that
  /// no person set, was the others'. A mixed study that was split must not keep the other patient's
  /// name.
  private func settle(_ id: Int, _ next: inout [OrganiserContainer]) {
    let own = next[id].members.ranges.joined().filter { homes[$0] == id }
    guard let first = own.first else { return }
    for field in IdentityField.allCases
    where field != .studyInstanceUID && !next[id].edited.contains(field) {
      let value = next[id].identity[field]
      guard !own.contains(where: { instances[$0].found[field] == value }) else { continue }
      next[id].identity[field] = instances[first].found[field]
    }
  }

  /// Made of the seed, the container and how far things are: never twice the same.
  private func newStudyUID(_ id: Int) -> String {
    UID.derived(from: ["study", seed.uuidString, String(id), String(done.count)])
  }

  private func groups(
    _ container: OrganiserContainer, _ key: (OrganiserInstance) -> some Hashable
  ) -> [RangeSet<Int>] {
    var places: [AnyHashable: Int] = [:]
    var groups: [RangeSet<Int>] = []
    for index in container.members.ranges.joined() {
      let own = AnyHashable(key(instances[index]))
      let place = places[own] ?? groups.count
      if place == groups.count {
        places[own] = place
        groups.append(RangeSet())
      }
      groups[place].insert(contentsOf: index..<index + 1)
    }
    return groups
  }

  private func name(of container: OrganiserContainer) -> String {
    container.hasIdentity
      ? PersonName.display(container.identity.patientName) : "the new study"
  }

  static func images(_ set: RangeSet<Int>) -> String {
    images(set.ranges.reduce(0) { $0 + $1.count })
  }

  static func images(_ count: Int) -> String { count == 1 ? "1 image" : "\(count) images" }
}

extension RangeSet<Int> {
  mutating func formUnion(_ other: RangeSet<Int>) { self = union(other) }
  mutating func subtract(_ other: RangeSet<Int>) { self = subtracting(other) }
}
