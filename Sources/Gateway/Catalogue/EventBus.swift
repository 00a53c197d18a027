public import Domain

/// That something changed, for whom. The truth is what ``ChangeLog/changes(after:scope:limit:)``
/// answers; a hint may be lost or come twice.
public struct ChangeHint: Sendable, Equatable {
  public var revision: Int64
  public var owner: UserID
  public var facility: FacilityID
  /// True for a row that only its owner may see.
  public var isPrivate: Bool

  public init(revision: Int64, owner: UserID, facility: FacilityID, isPrivate: Bool) {
    self.revision = revision
    self.owner = owner
    self.facility = facility
    self.isPrivate = isPrivate
  }
}

/// Carries hints from writers to event streams.
public protocol EventBus: Sendable {
  func publish(_ hint: ChangeHint)
  /// Newest revisions that may concern the viewer. One value waits at most: a slow reader sees
  /// fewer, later ones.
  func hints(for scope: Scope) -> AsyncStream<Int64>
}
