/// How fast the line to the terminal takes pictures. One picture, or a part of one, is under way at a
/// time; the terminal says when it has worked it off (DSR), and from that follows how much the next
/// may be. Text is not held up: it is small.
struct LinePace {
  /// Seconds that a moving picture may keep the line busy: a key waits no longer for its echo.
  static let patience = 0.1
  /// The same for a picture at rest, which is being made finer.
  static let restPatience = 0.8
  /// Bytes that are tried on a line that is not known.
  static let first = 2 << 10
  /// Bytes for a frame where a person asked for little.
  static let low = 8 << 10
  /// Fewer bytes than these say nothing about the line: their time is the way there and back.
  static let measurable = 1 << 10
  /// Bytes at a time on the fastest line.
  static let most = 8 << 20
  /// Seconds after which an answer is not waited for any more.
  static let longest = 10.0

  /// Whether the terminal answers; without that, a frame is done when it is written.
  private(set) var answers = false
  /// A person asked for little.
  var isLow = false
  /// The quickest answer so far: what all of it took beyond this is the bytes' own time. (The way
  /// there and back cannot be measured alone: something else may be on the line.)
  private var quickest: (bytes: Int, seconds: Double)?
  /// Bytes a second; nil when not measured.
  private(set) var rate: Double?
  private var limit = LinePace.first
  /// What is not answered yet, in the order in which the answers will come.
  private var underWay: [(bytes: Int, since: Double)] = []
  /// Answers that were given up waiting for, in a row.
  private var lost = 0

  /// Bytes of a picture that may go out now; nil while one is under way.
  var allowance: Int? {
    if underWay.count > lost { return nil }
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

  /// A first question was answered.
  mutating func answered(after seconds: Double) {
    answers = true
    if quickest.map({ seconds < $0.seconds }) ?? true { quickest = (0, max(0, seconds)) }
  }

  /// A picture was written, and the terminal asked to say when it has it.
  mutating func sent(_ bytes: Int, at now: Double) {
    if answers { underWay.append((bytes, now)) }
  }

  /// The terminal has the first of what was sent.
  mutating func acknowledged(at now: Double) {
    guard !underWay.isEmpty else { return }
    let (bytes, since) = underWay.removeFirst()
    lost = 0
    learn(bytes, seconds: max(now - since, 0.0001))
  }

  private mutating func learn(_ bytes: Int, seconds: Double) {
    guard let known = quickest, seconds > known.seconds else {
      // More was never quicker: there is room, nobody knows how much.
      quickest = (bytes, seconds)
      guard bytes >= Self.measurable else { return }
      rate = max(rate ?? 0, Double(bytes) / seconds)
      limit = min(max(limit, bytes) * 2, Self.most)
      return
    }
    if bytes >= known.bytes + Self.measurable {
      let measured = Double(bytes - known.bytes) / (seconds - known.seconds)
      rate = measured
      let wanted = min(measured * Self.patience, Double(limit) * 4)
      limit = min(max(Self.measurable, Int(wanted)), Self.most)
    } else if seconds > known.seconds + Self.patience, bytes >= Self.measurable {
      // As much as before, and slower: the line is not what it was.
      rate = Double(bytes) / seconds
      limit = max(Self.measurable, limit / 2)
      quickest = (bytes, seconds)
    }
  }

  /// When what is waited for was sent; nil when nothing is.
  var since: Double? { underWay.count > lost ? underWay[lost].since : nil }

  /// When an answer is given up; nil when none is waited for.
  var deadline: Double? { since.map { $0 + Self.longest } }

  /// The deadline has passed. A terminal that has stopped answering is not asked any more.
  mutating func gaveUp() {
    lost = min(lost + 1, underWay.count)
    limit = Self.measurable
    guard lost >= 3 else { return }
    answers = false
    underWay = []
    lost = 0
  }
}
