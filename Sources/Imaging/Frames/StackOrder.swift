/// In which order the frames of a stack are wanted: ahead in the direction of movement first, and
/// half as far behind.
struct StackOrder: Sendable {
  let count: Int
  private(set) var centre: Int?
  private var direction = 1

  init(count: Int) { self.count = count }

  mutating func move(to index: Int) {
    if let centre, index != centre { direction = index > centre ? 1 : -1 }
    centre = index
  }

  /// Nothing is wanted until the next move.
  mutating func rest() { centre = nil }

  /// How long a frame can wait; 0 is the one that is looked at.
  func cost(_ index: Int) -> Int {
    guard let centre else { return 0 }
    let ahead = (index - centre) * direction
    return ahead >= 0 ? ahead : -2 * ahead
  }

  /// The most wanted of the frames that pass, among those that can be kept.
  /// - Parameter room: frames that can be kept.
  func nearest(_ room: Int, where isWanted: (Int) -> Bool) -> Int? {
    guard let centre else { return nil }
    var seen = 0
    for cost in 0...2 * count {
      let behind = cost > 0 && cost % 2 == 0 ? centre - cost / 2 * direction : -1
      for index in [centre + cost * direction, behind] where (0..<count).contains(index) {
        if seen >= room { return nil }
        seen += 1
        if isWanted(index) { return index }
      }
    }
    return nil
  }
}
