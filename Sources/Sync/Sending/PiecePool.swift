import Synchronization

/// What the gateway lacks of one chunk: bytes that nobody sends yet, and pieces on their way. Cut
/// when a piece is about to go, so that its size is what the line is good for then, and not what it
/// was when the chunk was begun.
///
/// - What got lost comes back and is cut anew.
/// - When everything is on its way, a piece that is late may go once more beside the first: the
///   gateway keeps the first bytes, so that whichever arrives first counts.
final class PiecePool: Sendable {
  /// A piece that one request carries.
  struct Flight: Sendable, Equatable {
    /// Which piece it is; copies of a piece have the same.
    let piece: Int
    let span: ByteSpan
    /// True when its bytes, or some of them, were put on the wire before.
    let isAgain: Bool
  }

  private struct Piece {
    var span: ByteSpan
    /// Seconds of the line's clock at which it last went out.
    var since: Double
    /// Requests that carry it now, and all that did.
    var flights = 1
    var copies = 1
    var wasSent: Bool
  }
  private struct State {
    var unsent: [(span: ByteSpan, isAgain: Bool)]
    var pieces: [Int: Piece] = [:]
    var next = 0
    var isWhole = false
  }

  /// Requests for the same bytes at a time, at most.
  static let mostCopies = 3

  private let state: Mutex<State>
  private let minimum: Int

  /// - Parameters:
  ///   - total: bytes of the chunk.
  ///   - held: what the gateway has of it.
  ///   - minimum: bytes of a piece at least.
  init(of total: Int, held: [ByteSpan], minimum: Int) {
    self.minimum = max(1, minimum)
    let gaps = ByteSpan.missing(of: total, held: held, size: total, minimum: 1)
    state = Mutex(State(unsent: gaps.map { ($0, false) }))
  }

  /// True when the gateway said that it has all of the chunk.
  var isWhole: Bool { state.withLock { $0.isWhole } }
  /// True when no piece is left to send or to wait for.
  var isDone: Bool { state.withLock { $0.isWhole || $0.unsent.isEmpty && $0.pieces.isEmpty } }
  /// Bytes that nobody sends now.
  var unsentBytes: Int { state.withLock { $0.unsent.reduce(0) { $0 + $1.span.length } } }

  /// The next piece to send; nil when all are on their way.
  func take(size: Int, now: Double) -> Flight? {
    state.withLock { state in
      guard !state.isWhole, let first = state.unsent.first else { return nil }
      let size = max(1, size)
      let length = first.span.length < size + minimum ? first.span.length : size
      let span = ByteSpan(offset: first.span.offset, length: length)
      if length == first.span.length {
        state.unsent.removeFirst()
      } else {
        state.unsent[0].span = ByteSpan(offset: span.end, length: first.span.length - length)
      }
      state.next += 1
      state.pieces[state.next] = Piece(
        span: span, since: now, wasSent: first.isAgain)
      return Flight(piece: state.next, span: span, isAgain: first.isAgain)
    }
  }

  /// The piece that waits longest, to be sent beside itself; nil when none is late.
  /// - Parameter late: seconds after which a piece is late.
  func takeLate(after late: Double, now: Double) -> Flight? {
    state.withLock { state in
      guard !state.isWhole, state.unsent.isEmpty,
        let (id, piece) = state.pieces.filter({ $0.value.copies < Self.mostCopies })
          .min(by: { ($0.value.since, $0.key) < ($1.value.since, $1.key) }),
        now - piece.since >= late
      else { return nil }
      state.pieces[id]?.since = now
      state.pieces[id]?.flights += 1
      state.pieces[id]?.copies += 1
      return Flight(piece: id, span: piece.span, isAgain: true)
    }
  }

  /// The gateway has the piece.
  /// - Parameter isWhole: it has all of the chunk now.
  func arrived(_ flight: Flight, isWhole: Bool) {
    state.withLock { state in
      state.pieces[flight.piece] = nil
      if isWhole { state.isWhole = true }
    }
  }

  /// The request got lost: its bytes are to be sent again, unless a copy is on its way or there.
  /// - Parameter wasSent: false when nothing of it left this machine.
  func lost(_ flight: Flight, wasSent: Bool) {
    state.withLock { state in
      guard var piece = state.pieces[flight.piece] else { return }
      piece.flights -= 1
      piece.wasSent = piece.wasSent || wasSent
      state.pieces[flight.piece] = piece.flights > 0 ? piece : nil
      if piece.flights == 0 { state.unsent.append((piece.span, piece.wasSent)) }
    }
  }
}
