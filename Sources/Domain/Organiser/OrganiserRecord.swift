import DICOM

/// What was organised, to be done again on the same files after they were read anew. It names files
/// by their order, so that it stays small; with other files it is worth nothing, and says so.
public struct OrganiserRecord: Sendable, Codable, Equatable {
  struct Container: Sendable, Codable, Equatable {
    /// For a study that was found: the place of its first file. Nil for a new one.
    var home: Int?
    var identity: StudyIdentity
    var origin: String
    var edited: Set<IdentityField>
    var hasIdentity: Bool
    /// Places of files: first and one past the last of each run.
    var members: [Int]
    /// Why its mixture may go out; nil when it needs none.
    var reason: String?
  }
  /// Tells the files from others: their paths, sizes, times and identifiers.
  var files: String
  var containers: [Container]
}

extension Organiser {
  /// Files by path: an order that does not depend on how a scan found them.
  private var order: [Int] {
    instances.indices.sorted { one, two in
      let (a, b) = (instances[one].file, instances[two].file)
      return (a.path, a.archiveEntry ?? "", a.sopInstanceUID)
        < (b.path, b.archiveEntry ?? "", b.sopInstanceUID)
    }
  }

  private func mark(of order: [Int]) -> String {
    UID.derived(
      from: order.flatMap { index in
        let file = instances[index].file
        return [
          file.path, file.archiveEntry ?? "", file.sopInstanceUID, String(file.byteCount),
          String(file.modifiedAt),
        ]
      })
  }

  /// The place of the first file of each study that was found.
  private func places(of order: [Int]) -> [Int: Int] {
    var places: [Int: Int] = [:]
    for (place, index) in order.enumerated() where places[homes[index]] == nil {
      places[homes[index]] = place
    }
    return places
  }

  /// Everything that differs from what was found; nil when nothing does. Takes its time with many
  /// files.
  public var record: OrganiserRecord? {
    guard isChanged else { return nil }
    let order = order
    var place = [Int](repeating: 0, count: order.count)
    for (number, index) in order.enumerated() { place[index] = number }
    let homes = places(of: order)
    let flags = flags()
    return OrganiserRecord(
      files: mark(of: order),
      containers: containers.map { container in
        var members = RangeSet<Int>()
        for index in container.members.ranges.joined() {
          members.insert(contentsOf: place[index]..<place[index] + 1)
        }
        return OrganiserRecord.Container(
          home: homes[container.id], identity: container.identity, origin: container.origin,
          edited: container.edited, hasIdentity: container.hasIdentity,
          members: members.ranges.flatMap { [$0.lowerBound, $0.upperBound] },
          reason: flags[container.id].overrideReason)
      })
  }

  /// Does again what was recorded, as one step.
  /// - Returns: false when these are not the files that it was recorded of; then nothing changed.
  public mutating func replay(_ record: OrganiserRecord) -> Bool {
    let order = order
    guard record.files == mark(of: order) else { return false }
    let homes = Dictionary(
      places(of: order).map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
    var next = containers
    var left = RangeSet<Int>(instances.indices)
    for kept in record.containers {
      var members = RangeSet<Int>()
      for pair in stride(from: 0, to: kept.members.count - 1, by: 2) {
        let (start, end) = (kept.members[pair], kept.members[pair + 1])
        guard start < end, start >= 0, end <= order.count else { return false }
        for place in start..<end {
          members.insert(contentsOf: order[place]..<order[place] + 1)
        }
      }
      guard members.subtracting(left).ranges.isEmpty else { return false }
      left.subtract(members)
      let id = kept.home.flatMap { homes[$0] } ?? next.count
      var container = OrganiserContainer(
        id: id, identity: kept.identity, origin: kept.origin, hasIdentity: kept.hasIdentity)
      (container.edited, container.members) = (kept.edited, members)
      if let reason = kept.reason {
        let mixture = mixture(of: container)
        container.override = OrganiserContainer.Override(
          reason: reason, patients: mixture.patients, birthDates: mixture.birthDates)
      }
      if next.indices.contains(id) { next[id] = container } else { next.append(container) }
    }
    guard left.ranges.isEmpty else { return false }
    return commit(next, "went on with what was organised before")
  }
}
