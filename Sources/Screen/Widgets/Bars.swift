/// A key and what it does.
public struct KeyHint: Sendable, Hashable {
  public var key: String
  public var title: String
  public init(_ key: String, _ title: String) {
    self.key = key
    self.title = title
  }
}

/// A row of things that can be clicked, placed from the left.
public struct PlacedItems: Sendable, Equatable {
  /// Item number and the cells that it takes, clickable.
  public var hits: [(index: Int, area: Rect)] = []
  public static func == (a: Self, b: Self) -> Bool {
    a.hits.map(\.index) == b.hits.map(\.index) && a.hits.map(\.area) == b.hits.map(\.area)
  }
  /// The item at a place.
  public func item(at point: Point) -> Int? { hits.first { $0.area.contains(point) }?.index }
}

/// The keys that matter here, and as the last one (which never goes) help.
public enum KeyBar {
  /// Where each hint stands in a width. The last hint is always placed when there is any room;
  /// of the others those that fit, from the left.
  public static func place(_ hints: [KeyHint], in area: Rect) -> PlacedItems {
    var placed = PlacedItems()
    guard let last = hints.last, !area.isEmpty else { return placed }
    let gap = 3
    let lastWidth = min(area.width, width(last))
    var x = area.x
    for (index, hint) in hints.dropLast().enumerated() {
      let wanted = width(hint)
      guard x - area.x + wanted + gap + lastWidth <= area.width else { break }
      placed.hits.append((index, Rect(x: x, y: area.y, width: wanted, height: 1)))
      x += wanted + gap
    }
    placed.hits.append((hints.count - 1, Rect(x: x, y: area.y, width: lastWidth, height: 1)))
    return placed
  }

  public static func draw(
    _ hints: [KeyHint], into buffer: inout CellBuffer, _ area: Rect, _ look: Look
  ) {
    for hit in place(hints, in: area).hits {
      let hint = hints[hit.index]
      buffer.write(
        [look.span(hint.key, .key), look.span(" " + hint.title, .dim)], x: hit.area.x,
        y: hit.area.y, width: hit.area.width)
    }
  }

  private static func width(_ hint: KeyHint) -> Int {
    SafeText.width(hint.key) + 1 + SafeText.width(hint.title)
  }
}

/// Tabs in one row: `1 Cases  2 Uploads  3 Reports 2`.
public struct Tab: Sendable, Hashable {
  public var title: String
  /// A count of what is new, shown behind the title when it is not empty.
  public var badge: String
  /// A key, shown before the title when it is not empty.
  public var key: String
  public init(_ title: String, badge: String = "", key: String = "") {
    self.title = title
    self.badge = badge
    self.key = key
  }
}

public enum TabBar {
  /// Where each tab stands; when not all fit, only the selected one does, as `‹ title ›`.
  public static func place(_ tabs: [Tab], selected: Int, in area: Rect) -> PlacedItems {
    var placed = PlacedItems()
    guard !area.isEmpty, !tabs.isEmpty else { return placed }
    let widths = tabs.map { SafeText.width(text(of: $0)) }
    let total = widths.reduce(0, +) + 2 * (tabs.count - 1)
    if total <= area.width {
      var x = area.x
      for (index, width) in widths.enumerated() {
        placed.hits.append((index, Rect(x: x, y: area.y, width: width, height: 1)))
        x += width + 2
      }
    } else if tabs.indices.contains(selected) {
      let width = min(area.width, widths[selected] + 4)
      placed.hits.append((selected, Rect(x: area.x, y: area.y, width: width, height: 1)))
    }
    return placed
  }

  public static func draw(
    _ tabs: [Tab], selected: Int, into buffer: inout CellBuffer, _ area: Rect, _ look: Look
  ) {
    let placed = place(tabs, selected: selected, in: area)
    let alone = placed.hits.count == 1 && tabs.count > 1
    for hit in placed.hits {
      let tab = tabs[hit.index]
      let isSelected = hit.index == selected
      var spans: [Span] = []
      if alone { spans.append(look.span("‹ ", .dim)) }
      if !tab.key.isEmpty {
        spans.append(look.span(tab.key + " ", isSelected ? .accent : .dim))
      }
      spans.append(look.span(tab.title, isSelected ? .accent : .text))
      if !tab.badge.isEmpty {
        spans += [look.span(" ", .text), look.span(tab.badge, .badge)]
      }
      if alone { spans.append(look.span(" ›", .dim)) }
      buffer.write(spans, x: hit.area.x, y: hit.area.y, width: hit.area.width)
    }
  }

  private static func text(of tab: Tab) -> String {
    (tab.key.isEmpty ? "" : tab.key + " ") + tab.title
      + (tab.badge.isEmpty ? "" : " " + tab.badge)
  }
}
