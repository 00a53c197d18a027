/// Where a person wants an upload in the sending order of its service level.
public enum QueueMove: String, Sendable, Equatable, CaseIterable {
  case up, down, first, last
}
