/// A column of a ``Table``.
public struct TableColumn: Sendable, Hashable {
  /// The heading; units stand here once.
  public var title: String
  public var width: Extent
  public var align: Alignment
  public var cut: Truncation
  /// Columns with a high number go first when there is no room; 0 never goes.
  public var dropOrder: Int
  /// The least width of a flexible column before others are dropped.
  public var minimum: Int

  public init(
    _ title: String, _ width: Extent, align: Alignment = .left, cut: Truncation = .end,
    dropOrder: Int = 0, minimum: Int = 8
  ) {
    self.title = title
    self.width = width
    self.align = align
    self.cut = cut
    self.dropOrder = dropOrder
    self.minimum = minimum
  }
}

/// Columns placed in a width. Draws headings and rows; a row is one line, its first two columns
/// are the selection marker.
public struct Table: Sendable, Equatable {
  /// What one cell shows.
  public struct Value: Sendable, Equatable {
    public var spans: [Span]
    public init(_ spans: [Span]) { self.spans = spans }
    public init(_ text: String, _ style: Style) { spans = [Span(text, style)] }
  }

  public let columns: [TableColumn]
  /// The place of each column from the left of the table; nil for one that was dropped.
  public let places: [(Range<Int>)?]

  /// Columns for a width; two spaces stand between columns, the marker takes the first two.
  public init(columns: [TableColumn], width: Int) {
    self.columns = columns
    var kept = Array(columns.indices)
    func needed(_ kept: [Int]) -> Int {
      kept.reduce(2 + 2 * max(0, kept.count - 1)) { sum, index in
        switch columns[index].width {
        case .fixed(let width): sum + width
        case .flexible: sum + columns[index].minimum
        }
      }
    }
    while needed(kept) > width,
      let drop = kept.filter({ columns[$0].dropOrder > 0 })
        .max(by: { columns[$0].dropOrder < columns[$1].dropOrder })
    {
      kept.removeAll { $0 == drop }
    }
    let rects = Rect(x: 2, y: 0, width: width - 2, height: 1)
      .columns(kept.map { columns[$0].width }, gap: 2)
    var places: [Range<Int>?] = Array(repeating: nil, count: columns.count)
    for (index, rect) in zip(kept, rects) where rect.width > 0 {
      places[index] = rect.x..<rect.maxX
    }
    self.places = places
  }

  public static func == (a: Table, b: Table) -> Bool {
    a.columns == b.columns && a.places == b.places
  }

  /// True when the column found room.
  public func shows(_ column: Int) -> Bool {
    places.indices.contains(column) && places[column] != nil
  }

  /// Draws the headings into a row.
  public func drawHeading(into buffer: inout CellBuffer, x: Int, y: Int, _ look: Look) {
    for (column, place) in zip(columns, places) {
      guard let place else { continue }
      buffer.write(
        column.title, x: x + place.lowerBound, y: y, width: place.count, style: look[.heading],
        align: column.align)
    }
  }

  /// Draws one row; `values` in the order of the columns. The selected row has the marker `▌` and
  /// the hardware cursor; give its main text the role ``TextRole/selection``.
  public func drawRow(
    _ values: [Value], selected: Bool, into buffer: inout CellBuffer, x: Int, y: Int, _ look: Look
  ) {
    if selected { SelectionMarker.draw(into: &buffer, x: x, y: y, look) }
    for (index, place) in places.enumerated() {
      guard let place, index < values.count else { continue }
      let column = columns[index]
      if values[index].spans.count == 1, let span = values[index].spans.first {
        buffer.write(
          span.text, x: x + place.lowerBound, y: y, width: place.count, style: span.style,
          align: column.align, cut: column.cut)
      } else {
        buffer.write(
          values[index].spans, x: x + place.lowerBound, y: y, width: place.count,
          align: column.align)
      }
    }
  }
}

/// The mark of the selected row; the hardware cursor rests on it for screen readers.
public enum SelectionMarker {
  public static func draw(into buffer: inout CellBuffer, x: Int, y: Int, _ look: Look) {
    buffer.write("▌", x: x, y: y, width: 1, style: look[.accent])
    if x >= 0, x < buffer.size.width, y >= 0, y < buffer.size.height {
      buffer.cursor = Point(x: x, y: y)
    }
  }
}
