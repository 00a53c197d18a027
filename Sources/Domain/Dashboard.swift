public import Foundation

/// A period for counting, in rolling days that end today.
public enum DashboardPeriod: String, Sendable, Codable, CaseIterable {
  case oneWeek = "1w"
  case twoWeeks = "2w"
  case oneMonth = "1m"
  case threeMonths = "3m"
  case sixMonths = "6m"
  case all

  /// Days in the period; nil for all.
  public var days: Int? {
    switch self {
    case .oneWeek: 7
    case .twoWeeks: 14
    case .oneMonth: 30
    case .threeMonths: 90
    case .sixMonths: 180
    case .all: nil
    }
  }
}

/// The numbers of the dashboard, counted from real rows.
public struct DashboardCounts: Sendable, Codable, Equatable {
  /// One bar.
  public struct Bucket: Sendable, Codable, Equatable {
    public var name: String
    public var count: Int
    public init(name: String, count: Int) {
      self.name = name
      self.count = count
    }
  }

  /// One day.
  public struct Day: Sendable, Codable, Equatable {
    /// YYYY-MM-DD in the workstation's time zone.
    public var date: String
    public var count: Int
    public var bytes: Int64
    public init(date: String, count: Int, bytes: Int64) {
      self.date = date
      self.count = count
      self.bytes = bytes
    }
  }

  public var period: DashboardPeriod
  /// When the counts were made.
  public var asOf: Date
  public var uploads: Int
  public var bytes: Int64
  public var proven: Int
  public var failed: Int
  /// Seconds from the first byte sent to the PACS's proof.
  public var medianSecondsToPACS: Double?
  /// Reports whose due time has passed and that are not ready.
  public var overdueReports: Int
  /// Every day of the period, oldest first, days without uploads included.
  public var days: [Day]
  /// Largest first.
  public var byModality: [Bucket]
  public var byStatus: [Bucket]
  public var byServiceLevel: [Bucket]

  public init(
    period: DashboardPeriod, asOf: Date, uploads: Int = 0, bytes: Int64 = 0, proven: Int = 0,
    failed: Int = 0, medianSecondsToPACS: Double? = nil, overdueReports: Int = 0,
    days: [Day] = [], byModality: [Bucket] = [], byStatus: [Bucket] = [],
    byServiceLevel: [Bucket] = []
  ) {
    self.period = period
    self.asOf = asOf
    self.uploads = uploads
    self.bytes = bytes
    self.proven = proven
    self.failed = failed
    self.medianSecondsToPACS = medianSecondsToPACS
    self.overdueReports = overdueReports
    self.days = days
    self.byModality = byModality
    self.byStatus = byStatus
    self.byServiceLevel = byServiceLevel
  }
}
