import Domain
import Screen

/// The rows of values that cases can be narrowed by: modality, body part.
enum Facet {
  case modality(String?)
  case bodyPart(String?)

  private static let label = 10

  /// Tabs of a facet: all, then each value with its count; a chosen value is always there.
  static func tabs(_ buckets: [DashboardCounts.Bucket], chosen: String?, all: String) -> (
    tabs: [Tab], values: [String?], selected: Int
  ) {
    var values: [String?] = [nil]
    var tabs = [Tab(all)]
    for bucket in buckets {
      values.append(bucket.name)
      tabs.append(Tab("\(bucket.name) \(Format.count(bucket.count))"))
    }
    if let chosen, !values.contains(chosen) {
      values.append(chosen)
      tabs.append(Tab(chosen))
    }
    return (tabs, values, values.firstIndex(of: chosen) ?? 0)
  }

  static func draw(
    _ state: CasesState, into buffer: inout CellBuffer, _ area: Rect, _ look: Look
  ) {
    for (index, facet) in rows(state).enumerated() where index < area.height {
      let row = area.row(index)
      buffer.write(facet.title, x: row.x, y: row.y, width: label - 1, style: look[.dim])
      let place = row.inset(left: label)
      let visible = shown(facet, in: place)
      let marked = MarkedTabs.make(
        visible.tabs.map(\.title), selected: visible.selected, in: place)
      TabBar.draw(
        marked, selected: visible.selected, into: &buffer, place, look)
    }
  }

  static func click(_ point: Point, _ state: CasesState, _ area: Rect) -> Facet? {
    for (index, facet) in rows(state).enumerated() where area.row(index).contains(point) {
      let place = area.row(index).inset(left: label)
      let visible = shown(facet, in: place)
      guard
        let item = TabBar.place(
          MarkedTabs.make(visible.tabs.map(\.title), selected: visible.selected, in: place),
          selected: visible.selected, in: place
        )
        .item(at: point), visible.values.indices.contains(item)
      else { return nil }
      return index == 0 ? .modality(visible.values[item]) : .bodyPart(visible.values[item])
    }
    return nil
  }

  private static func rows(_ state: CasesState) -> [(
    title: String, tabs: [Tab], values: [String?], selected: Int
  )] {
    let modalities = tabs(state.facets.modalities, chosen: state.modality, all: "all")
    let parts = tabs(state.facets.bodyParts, chosen: state.bodyPart, all: "all")
    return [
      ("Modality", modalities.tabs, modalities.values, modalities.selected),
      ("Part", parts.tabs, parts.values, parts.selected),
    ]
  }

  /// As many of the values as fit, the chosen one among them.
  private static func shown(
    _ facet: (title: String, tabs: [Tab], values: [String?], selected: Int), in area: Rect
  ) -> (tabs: [Tab], values: [String?], selected: Int) {
    var used = 0
    var kept: [Int] = []
    let own = SafeText.width(facet.tabs[facet.selected].title) + 4
    for (index, tab) in facet.tabs.enumerated() {
      let width = SafeText.width(tab.title) + 4
      let reserve = index < facet.selected ? own : 0
      guard used + width + reserve <= area.width + 2 else { continue }
      used += width
      kept.append(index)
      if index >= facet.selected, used > area.width - 6 { break }
    }
    guard let selected = kept.firstIndex(of: facet.selected) else {
      return (facet.tabs, facet.values, facet.selected)
    }
    return (kept.map { facet.tabs[$0] }, kept.map { facet.values[$0] }, selected)
  }
}
