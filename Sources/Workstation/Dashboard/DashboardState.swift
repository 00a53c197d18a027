public import Domain

/// The dashboard pane: numbers of a period, as charts or as a table.
public struct DashboardState: Sendable, Equatable {
  public var period = DashboardPeriod.oneMonth
  /// The counts that are shown; of another period until the new ones are here.
  public var counts: DashboardCounts?
  /// True shows all numbers as a table.
  public var isTable = false
  /// First line of what does not fit.
  public var scroll = 0
  /// Why the counts could not be made, in words.
  public var problem: String?

  public init() {}
}
