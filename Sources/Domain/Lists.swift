public import Foundation

/// A slice of a list: rows `offset ..< offset + limit` of its order.
public struct Window: Sendable, Equatable {
  public var offset: Int
  public var limit: Int
  public init(offset: Int, limit: Int) {
    self.offset = offset
    self.limit = limit
  }
}

/// Which uploads a list shows; newest first unless they are unfinished (those in sending order).
public struct UploadFilter: Sendable, Equatable {
  /// Words, each found in name, patient id, description, accession or modality.
  public var text: String
  public var states: Set<UploadState>
  public init(text: String = "", states: Set<UploadState> = []) {
    self.text = text
    self.states = states
  }
}

/// Which reports a list shows; newest change first.
public struct ReportFilter: Sendable, Equatable {
  public var text: String
  public var status: ReportStatus?
  public init(text: String = "", status: ReportStatus? = nil) {
    self.text = text
    self.status = status
  }
}

/// Which teaching cases a list shows; by title.
public struct CaseFilter: Sendable, Equatable {
  public var text: String
  public var modality: String?
  public var bodyPart: String?
  public init(text: String = "", modality: String? = nil, bodyPart: String? = nil) {
    self.text = text
    self.modality = modality
    self.bodyPart = bodyPart
  }
}

/// A window of a list and the length of the whole. Case rows in lists carry no long texts and no
/// preview, report rows no text: the detail query does.
public struct ListPage<Row: Sendable & Equatable>: Sendable, Equatable {
  public var rows: [Row]
  public var total: Int
  public init(rows: [Row], total: Int) {
    self.rows = rows
    self.total = total
  }
}

/// Uploads by state, over the whole store.
public struct UploadCounts: Sendable, Equatable {
  public var byState: [UploadState: Int]
  public init(byState: [UploadState: Int] = [:]) { self.byState = byState }
}

/// All reports of the store, whatever is listed.
public struct ReportCounts: Sendable, Equatable {
  public var byStatus: [ReportStatus: Int]
  /// Signed and not opened by this user.
  public var unread: Int
  /// Not signed, with a due time before ``asOf``.
  public var overdue: Int
  /// When this was counted.
  public var asOf: Date

  public init(
    byStatus: [ReportStatus: Int] = [:], unread: Int = 0, overdue: Int = 0,
    asOf: Date = .distantPast
  ) {
    self.byStatus = byStatus
    self.unread = unread
    self.overdue = overdue
    self.asOf = asOf
  }
}

/// Values that cases can be narrowed by, with counts, most frequent first.
public struct CaseFacets: Sendable, Equatable {
  public var modalities: [DashboardCounts.Bucket]
  public var bodyParts: [DashboardCounts.Bucket]
  public init(
    modalities: [DashboardCounts.Bucket] = [], bodyParts: [DashboardCounts.Bucket] = []
  ) {
    self.modalities = modalities
    self.bodyParts = bodyParts
  }
}
