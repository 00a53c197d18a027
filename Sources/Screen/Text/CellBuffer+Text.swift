/// Where a text stands in its width.
public enum Alignment: Sendable, Hashable { case left, right, center }

/// What is given up of a text that is too wide: its end (names), its middle (paths, identifiers).
public enum Truncation: Sendable, Hashable { case end, middle }

/// A piece of text in one style.
public struct Span: Sendable, Hashable {
  public var text: String
  public var style: Style
  public init(_ text: String, _ style: Style) {
    self.text = text
    self.style = style
  }
}

extension CellBuffer {
  /// Writes text, made safe, into one row, and fills nothing beyond it.
  ///
  /// - Parameters:
  ///   - width: columns that it may take, from `x`; cut with `…` when it needs more.
  /// - Returns: the columns written; with ``Alignment/left`` the next text goes to `x` plus it.
  @discardableResult
  public mutating func write(
    _ text: String, x: Int, y: Int, width: Int = Int(Int16.max), style: Style,
    align: Alignment = .left, cut: Truncation = .end
  ) -> Int {
    guard y >= 0, y < size.height, x < size.width, width > 0 else { return 0 }
    // Columns left of the buffer still count, those right of it cut the text.
    let room = min(width, size.width - x)
    guard room > 0 else { return 0 }
    if align == .left, let written = writeASCII(text, x: x, y: y, room: room, style: style) {
      return written
    }
    if let needed = SafeText.width(text, atMost: room) {
      let column =
        align == .left ? x : align == .right ? x + room - needed : x + (room - needed) / 2
      writeFitting(text, x: column, y: y, style: style)
      return needed
    }
    let fitted = Fitting.fit(text, into: room, cut: cut)
    var column = x
    switch align {
    case .left: break
    case .right: column += room - fitted.width
    case .center: column += (room - fitted.width) / 2
    }
    for cluster in fitted.clusters {
      place(cluster.glyph, width: cluster.width, x: column, y: y, style: style)
      column += cluster.width
    }
    return fitted.width
  }

  /// Writes spans one after the other; the one that no longer fits is cut with `…`.
  @discardableResult
  public mutating func write(
    _ spans: [Span], x: Int, y: Int, width: Int = Int(Int16.max), align: Alignment = .left
  ) -> Int {
    let room = max(0, min(width, size.width - x))
    var column = x
    if align != .left {
      let total = min(room, spans.reduce(0) { $0 + SafeText.width($1.text) })
      column += align == .right ? room - total : (room - total) / 2
    }
    let end = x + room
    let start = column
    for span in spans where column < end {
      column += write(span.text, x: column, y: y, width: end - column, style: span.style)
    }
    return column - start
  }

  /// Fills an area with blanks of a style, or with another one-column character.
  public mutating func fill(_ area: Rect, style: Style, character: Character = " ") {
    let part = area.intersection(self.area)
    guard !part.isEmpty else { return }
    let glyph = Glyph(String(character))
    for y in part.y..<part.maxY {
      for x in part.x..<part.maxX { place(glyph, width: 1, x: x, y: y, style: style) }
    }
  }

  /// Changes the style of what is written, leaving the text.
  public mutating func restyle(_ area: Rect, _ change: (inout Style) -> Void) {
    let part = area.intersection(self.area)
    guard !part.isEmpty else { return }
    for y in part.y..<part.maxY {
      for x in part.x..<part.maxX { change(&self[x, y].style) }
    }
  }

  /// Puts one safe glyph into its cells. A wide one that would stick out at an edge becomes a
  /// blank; half a wide one that it covers becomes a blank.
  mutating func place(_ glyph: Glyph, width: Int, x: Int, y: Int, style: Style) {
    if width == 1, placeNarrow(glyph, x: x, y: y, style: style) { return }
    guard y >= 0, y < size.height, x + width > 0, x < size.width else { return }
    if width == 2, x < 0 || x + 1 >= size.width {
      place(.space, width: 1, x: max(0, x), y: y, style: style)
      return
    }
    let old = self[x, y]
    if old.width == 0 {
      self[x - 1, y] = Cell(style: self[x - 1, y].style)
    } else if old.width == 2, width == 1 {
      self[x + 1, y] = Cell(style: self[x + 1, y].style)
    }
    if width == 2 {
      let next = self[x + 1, y]
      if next.width == 2 { self[x + 2, y] = Cell(style: self[x + 2, y].style) }
      self[x, y] = Cell(glyph: glyph, style: style, width: 2)
      self[x + 1, y] = Cell(glyph: .empty, style: style, width: 0)
    } else {
      self[x, y] = Cell(glyph: glyph, style: style)
    }
  }

  /// Text in any script that needs no cut.
  private mutating func writeFitting(_ text: String, x: Int, y: Int, style: Style) {
    var column = x
    SafeText.forEachGlyph(text) { glyph, width in
      place(glyph, width: width, x: column, y: y, style: style)
      column += width
      return true
    }
  }

  /// The common case: printable ASCII that fits. Nil when it is not.
  private mutating func writeASCII(
    _ text: String, x: Int, y: Int, room: Int, style: Style
  ) -> Int? {
    let count = text.utf8.count
    guard count <= room, SafeText.isPlain(text) else { return nil }
    if !putASCII(text, x: x, y: y, style: style) {
      for (offset, byte) in text.utf8.enumerated() {
        place(Glyph(ascii: byte), width: 1, x: x + offset, y: y, style: style)
      }
    }
    return count
  }
}
