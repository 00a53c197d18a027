public import Foundation

/// How soon a study is to be read.
public enum ServiceLevel: String, Sendable, Codable, CaseIterable, Comparable {
  case stat
  case emergency
  case subspecialty
  case routine

  /// The order of sending: STAT before emergency before subspecialty before routine.
  public var rank: Int {
    switch self {
    case .stat: 0
    case .emergency: 1
    case .subspecialty: 2
    case .routine: 3
    }
  }

  /// The time from arrival in the PACS to the report that the level promises, in seconds:
  /// STAT 1 h, emergency 4 h, routine 24 h, subspecialty 72 h.
  public var dueInterval: TimeInterval {
    switch self {
    case .stat: 3_600
    case .emergency: 4 * 3_600
    case .routine: 24 * 3_600
    case .subspecialty: 72 * 3_600
    }
  }

  /// The word on the screen.
  public var title: String { self == .stat ? "STAT" : rawValue }

  /// True when the radiologist must be told why: STAT and emergency need a clinical history.
  public var needsClinicalHistory: Bool { self == .stat || self == .emergency }

  /// The same, as the facility of the user wants it; without a user as if nobody had said otherwise.
  public func needsClinicalHistory(for user: User?) -> Bool {
    needsClinicalHistory && user?.clinicalHistoryRequired != false
  }

  public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
}
