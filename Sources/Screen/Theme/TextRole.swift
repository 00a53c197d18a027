/// What a piece of the screen means; a theme says how it looks. Colour is meaning: the accent is
/// focus and selection, green is proven, amber waits for a person, red is STAT, overdue or failed.
public enum TextRole: String, Sendable, Hashable, CaseIterable {
  case text
  /// What is read second.
  case dim
  /// What a person scans for.
  case bright
  /// Focus.
  case accent
  /// The main text of the selected row.
  case selection
  /// Thin lines.
  case rule
  /// Column titles and section names.
  case heading
  /// Names of keys.
  case key
  /// Verified or committed; nothing less.
  case proven
  /// Waits for a person.
  case waiting
  /// STAT, overdue, failed.
  case alarm
  /// Filled parts of bars and charts.
  case chart
  /// Empty parts of bars.
  case track
  /// Frames of panels.
  case border
  /// Text that is being typed.
  case field
  /// Counts of what is new.
  case badge

  /// The place among ``allCases``, without a search: asked for every piece of text.
  var place: Int {
    switch self {
    case .text: 0
    case .dim: 1
    case .bright: 2
    case .accent: 3
    case .selection: 4
    case .rule: 5
    case .heading: 6
    case .key: 7
    case .proven: 8
    case .waiting: 9
    case .alarm: 10
    case .chart: 11
    case .track: 12
    case .border: 13
    case .field: 14
    case .badge: 15
    }
  }
}

/// Colours that a terminal can show.
public enum ColorDepth: Int, Sendable, Hashable, CaseIterable, Comparable {
  case mono = 1
  case eight = 8
  case sixteen = 16
  case palette256 = 256
  case trueColor = 16_777_216

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
