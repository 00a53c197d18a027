import Screen

/// Tabs whose selected one stands between `‹ ›`, so that it is seen without colour. All keep their
/// places when the selection moves.
enum MarkedTabs {
  static func make(_ titles: [String], selected: Int, in area: Rect) -> [Tab] {
    let marked = titles.enumerated().map { index, title in
      Tab(index == selected ? "‹\(title)›" : " \(title) ")
    }
    // Where only the selected one has room, the bar puts its own marks.
    let fits = TabBar.place(marked, selected: selected, in: area).hits.count == titles.count
    return fits && titles.count > 1 ? marked : titles.map { Tab($0) }
  }
}
