import Screen

/// Where things stand in the organiser: two panes side by side, or one of them where there is
/// little room.
struct OrganiserLayout {
  let heading: Rect
  /// Titles above the lists.
  let studiesTitle: Rect
  let imagesTitle: Rect
  /// Empty when it is not shown.
  let studies: Rect
  let images: Rect
  /// The line between the panes; empty when there is one pane.
  let divider: Rect
  let foot: Rect

  /// Lines of a study.
  static let studyHeight = 2
  var visibleStudies: Int { max(1, studies.height / Self.studyHeight) }
  var visibleImages: Int { max(1, images.height) }

  init(_ area: Rect, _ organiser: OrganiserState, _ layout: Layout) {
    let area = Rect(x: area.x, y: area.y, width: min(area.width, 170), height: area.height)
    let rows = area.rows([.fixed(1), .fixed(1), .flexible(1), .fixed(2)])
    heading = rows[0]
    foot = rows[3]
    let none = Rect(x: area.x, y: area.y, width: 0, height: 0)
    if layout == .compact {
      divider = none
      let showsStudies =
        organiser.editor == nil
        && (organiser.part == .studies || organiser.aim != nil)
      studiesTitle = showsStudies ? rows[1] : none
      studies = showsStudies ? rows[2] : none
      imagesTitle = showsStudies ? none : rows[1]
      images = showsStudies ? none : rows[2]
      return
    }
    let left = max(30, area.width * 2 / 5)
    func part(_ row: Rect, _ x: Int, _ width: Int) -> Rect {
      Rect(x: x, y: row.y, width: max(0, width), height: row.height)
    }
    studiesTitle = part(rows[1], area.x, left)
    studies = part(rows[2], area.x, left)
    divider = Rect(
      x: area.x + left + 1, y: rows[1].y, width: 1, height: rows[1].height + rows[2].height)
    imagesTitle = part(rows[1], area.x + left + 3, area.width - left - 3)
    images = part(rows[2], area.x + left + 3, area.width - left - 3)
  }
}
