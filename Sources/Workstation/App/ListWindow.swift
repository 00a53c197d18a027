public import Domain
public import Screen

/// A long list of which only a window is loaded: where it is scrolled to, what is selected, which
/// rows are here, and which should be loaded next.
///
/// The selection is kept by the row's id, so that it stays on its row when rows come and go above.
/// Rows that are not loaded yet are drawn blank; those that are stay until newer ones arrive.
public struct ListWindow<Row: Sendable & Equatable & Identifiable>: Sendable, Equatable
where Row.ID: Sendable {
  /// Rows in the whole list; nil before the first answer.
  public private(set) var total: Int?
  /// The loaded rows and the index of the first of them.
  public private(set) var rows: [Row] = []
  public private(set) var offset = 0
  /// The selected index, 0 ..< total (0 when empty).
  public private(set) var selected = 0
  /// The first row on screen.
  public private(set) var top = 0
  private var selectedID: Row.ID?
  private var asked: Window?

  public init() {}

  public var count: Int { total ?? 0 }
  /// True when an answer came and it had no rows.
  public var isEmpty: Bool { total == 0 }
  public var isLoaded: Bool { total != nil }

  /// The row at an index, if it is loaded.
  public func row(at index: Int) -> Row? {
    let place = index - offset
    return rows.indices.contains(place) ? rows[place] : nil
  }

  /// The selected row, if it is loaded.
  public var selectedRow: Row? { row(at: selected) }

  /// Indexes on screen with `height` rows.
  public func visible(height: Int) -> Range<Int> {
    let first = min(max(0, top), max(0, count - 1))
    return first..<min(count, first + max(0, height))
  }

  /// `12 of 1 204`, for the position beside the list; empty for an empty list.
  public var position: String {
    count == 0 ? "" : "\(Format.count(selected + 1)) of \(Format.count(count))"
  }

  /// Moves the selection and scrolls as little as that needs.
  /// - Returns: true when the selection moved.
  @discardableResult
  public mutating func move(_ move: ListMove, height: Int) -> Bool {
    let page = max(1, height - 1)
    let old = selected
    switch move {
    case .up: select(selected - 1, height: height)
    case .down: select(selected + 1, height: height)
    case .pageUp: select(selected - page, height: height)
    case .pageDown: select(selected + page, height: height)
    case .first: select(0, height: height)
    case .last: select(count - 1, height: height)
    case .left, .right, .nextPart, .previousPart: break
    }
    return selected != old
  }

  /// Selects an index, clamped to the list.
  public mutating func select(_ index: Int, height: Int) {
    selected = min(max(0, index), max(0, count - 1))
    selectedID = row(at: selected)?.id
    scroll(height: height)
  }

  /// Selects the row of an id if it is loaded, and remembers it for the next answer otherwise.
  public mutating func select(id: Row.ID, height: Int) {
    if let place = rows.firstIndex(where: { $0.id == id }) {
      select(offset + place, height: height)
    }
    selectedID = id
  }

  /// Selects the row under a click in the area of the list's rows.
  /// - Parameter rowHeight: lines that a row takes.
  /// - Returns: true when there is a row.
  public mutating func click(_ point: Point, in area: Rect, rowHeight: Int = 1) -> Bool {
    guard area.contains(point), rowHeight > 0 else { return false }
    let index = top + (point.y - area.y) / rowHeight
    guard index < count else { return false }
    select(index, height: area.height / rowHeight)
    return true
  }

  /// Brings the selection into sight. A step over the edge brings half a screen of new rows: every
  /// scrolled line costs as many bytes as the whole list, which a slow line would feel at each key.
  public mutating func scroll(height: Int) {
    let height = max(1, height)
    if selected == top - 1 || selected == top + height { top = selected - height / 2 }
    if selected < top { top = selected }
    if selected >= top + height { top = selected - height + 1 }
    top = min(max(0, top), max(0, count - height))
  }

  /// Takes the answer to a query; answers to windows that were not asked for last are taken as
  /// well when nothing newer was.
  public mutating func receive(_ page: ListPage<Row>, window: Window, height: Int) {
    if let asked, asked != window { return }
    asked = nil
    total = max(page.total, 0)
    rows = page.rows
    offset = max(0, window.offset)
    if let selectedID, let place = rows.firstIndex(where: { $0.id == selectedID }) {
      let moved = offset + place - selected
      selected += moved
      top += moved
    }
    selected = min(selected, max(0, count - 1))
    if let row = row(at: selected) { selectedID = row.id }
    scroll(height: height)
  }

  /// Forgets what was asked for after a load failed, so that it is asked for again.
  public mutating func loadFailed() { asked = nil }

  /// The window to load now, or nil when enough is here or on its way: three screens on each side
  /// of the selection; at first just what moving needs, because somebody looks at an empty screen.
  /// Rows are asked for again when `reload` is true.
  public mutating func wanted(height: Int, reload: Bool = false) -> Window? {
    let margin = max(20, height * 3)
    let first = max(0, min(selected, top) - margin)
    let window =
      total == nil
      ? Window(offset: 0, limit: max(40, height * 2))
      : Window(offset: first, limit: margin * 2 + max(1, height))
    if !reload {
      // One screen on each side is enough to wait with the next load.
      let near = max(1, height)
      let low = max(0, top - near)
      let high = min(count, top + 2 * near)
      let here = total != nil && low >= offset && high <= offset + rows.count
      let coming = asked.map { low >= $0.offset && high <= $0.offset + $0.limit } ?? false
      if here || coming { return nil }
    }
    asked = window
    return window
  }

  /// Starts anew at the top for another filter or order; the old rows stay until the answer.
  public mutating func restart() {
    selected = 0
    top = 0
    selectedID = nil
    asked = nil
  }

  /// Changes loaded rows in place (live progress).
  public mutating func update(_ change: (inout Row) -> Void) {
    for index in rows.indices { change(&rows[index]) }
  }
}
