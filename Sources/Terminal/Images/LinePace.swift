/// How fast the line to the terminal takes pictures. One picture, or a part of one, is under way at a
/// time; the terminal says when it has worked it off (DSR), and from that follows how much the next
/// may be. Text is not held up: it is small.
struct LinePace {
  /// Seconds that a moving picture may keep the line busy: a key waits no longer for its echo.
  static let patience = 0.1
  /// The same for a picture at rest, which is being made finer.
  static let restPatience = 0.8
  /// Bytes that are tried on a line that is not known.
  static let first = 8 << 10
  /// Bytes for a frame where a person asked for little.
  static let low = 8 << 10

  /// Whether the terminal answers; without that, a frame is done when it is written.
  var answers = false
  /// A person asked for little.
  var isLow = false
  /// Seconds from a question to its answer, when nothing else is on the line.
  private(set) var roundTrip: Double?
  /// Bytes a second; nil when not measured.
  private(set) var rate: Double?
  private var limit = LinePace.first
  private var underWay: (bytes: Int, since: Double)?

  /// Bytes of a picture that may go out now; nil while one is under way.
  var allowance: Int? {
    if underWay != nil { return nil }
    if !answers { return isLow ? Self.low : Int.max }
    return isLow ? min(limit, Self.low) : limit
  }

  /// The same for a picture that does not move.
  var restAllowance: Int {
    guard answers else { return isLow ? Self.low : Int.max }
    let bytes = max(limit, Int(min((rate ?? 0) * Self.restPatience, 1e9)))
    return isLow ? min(bytes, Self.low) : bytes
  }

  /// True when a picture goes by fewer bytes than it could: on a slow line, or on request.
  var isNarrow: Bool { isLow || (answers && (rate.map { $0 < 100_000 } ?? false)) }

  /// A question was answered on an otherwise quiet line.
  mutating func answered(after seconds: Double) {
    answers = true
    roundTrip = min(roundTrip ?? seconds, max(0, seconds))
  }

  /// A picture was written, and the terminal asked to say when it has it.
  mutating func sent(_ bytes: Int, at now: Double) {
    if answers { underWay = (bytes, now) }
  }

  /// The terminal has everything that was sent.
  mutating func acknowledged(at now: Double) {
    guard let (bytes, since) = underWay else { return }
    underWay = nil
    let elapsed = max(now - since, 0)
    roundTrip = min(roundTrip ?? elapsed, elapsed)
    // What is left after the way there and back was spent on the bytes themselves.
    let spent = max(elapsed - (roundTrip ?? 0), 0.0005)
    let measured = Double(bytes) / spent
    rate = bytes >= 1024 ? measured : max(rate ?? measured, measured)
    let wanted = (rate ?? measured) * Self.patience
    limit = Int(min(max(1024, min(wanted, Double(limit) * 4)), Double(8 << 20)))
  }

  /// When a picture counts as lost on the way; nil when none is under way.
  var deadline: Double? { underWay.map { $0.since + 5 } }
}
