public import Domain

/// One study that a scan found, and what the person decided on it.
public struct StudyChoice: Sendable, Equatable {
  /// Files of one series.
  public struct Series: Sendable, Equatable {
    public var uid: String
    public var fileCount: Int
    public var byteCount: Int64
  }

  public var scanned: ScannedStudy
  public var series: [Series]
  public var byteCount: Int64
  /// Bytes that are copied before it is queued.
  public let stagedByteCount: Int64
  public var isChecked: Bool
  /// True when its series and warnings are shown below it.
  public var isOpen = false
  public var level: ServiceLevel
  public var levelOrigin = ValueOrigin.initial
  public var history = ""
  public var historyOrigin = ValueOrigin.initial
  /// True when the facility does without a history for STAT and emergency.
  public var isHistoryOptional = false
  /// What goes out in the place of what the files of this study say.
  public var overrides: [StudyField: StudyOverride] = [:]
  /// The organiser's container that it is, and what was changed there: for the upload's history.
  public var container: Int?
  public var record: [String] = []
  /// Why it goes out although a safeguard spoke against it.
  public var reasons: [UploadReason] = []
  /// Why it is not chosen unless a person says so; nil when nothing speaks against it.
  public let objection: String?

  /// The longest clinical history that a gateway takes, in characters.
  public static let historyLimit = ClinicalHistory.limit

  /// - Parameter isComplete: false while a scan runs: series are counted when it is finished.
  public init(_ scanned: ScannedStudy, level: ServiceLevel, isComplete: Bool = true) {
    self.scanned = scanned
    self.level = level
    objection = scanned.objection
    stagedByteCount = scanned.stagedByteCount
    isChecked = objection == nil
    guard isComplete else {
      series = []
      byteCount = scanned.files.reduce(Int64(0)) {
        $0.addingReportingOverflow(max(0, $1.byteCount)).partialValue
      }
      return
    }
    var series: [Series] = []
    var places: [String: Int] = [:]
    var total: Int64 = 0
    for file in scanned.files {
      let bytes = max(0, file.byteCount)
      total = total.addingReportingOverflow(bytes).partialValue
      if let place = places[file.seriesInstanceUID] {
        series[place].fileCount += 1
        series[place].byteCount =
          series[place].byteCount.addingReportingOverflow(bytes).partialValue
      } else {
        places[file.seriesInstanceUID] = series.count
        series.append(Series(uid: file.seriesInstanceUID, fileCount: 1, byteCount: bytes))
      }
    }
    self.series = series
    byteCount = total
  }

  /// Tells the study from the others of a scan, also in the next scan.
  public var key: String {
    let study = scanned.study
    return study.studyInstanceUID.isEmpty
      ? [study.patientID, study.studyDate, study.modality].joined(separator: "\u{1F}")
      : study.studyInstanceUID
  }

  /// What keeps it from being queued, in words; nil when it is complete.
  public var problem: String? {
    if level.needsClinicalHistory, !isHistoryOptional, history.allSatisfy(\.isWhitespace) {
      return "\(level.title) needs a clinical history"
    }
    return ClinicalHistory.missing(in: history)
  }

  /// What is handed to the store, as the files say it.
  public var draft: StudyDraft {
    var draft = StudyDraft(
      study: scanned.study, serviceLevel: level, clinicalHistory: history, files: scanned.files)
    draft.notes = record
    draft.reasons = reasons
    return draft
  }

  /// Takes over what was decided on the same study before; whether it is chosen is another matter.
  mutating func keepDecisions(of old: StudyChoice) {
    isOpen = old.isOpen
    values = old.values
  }
}
