import Screen

/// Where things stand in the wizard: steps on top, a line on what is read, the list, what matters
/// for the next key at the bottom.
struct WizardLayout {
  let heading: Rect
  /// The path, the progress of reading, or a sum.
  let line: Rect
  /// Titles of columns, or what a typed path can become.
  let titles: Rect
  let list: Rect
  /// The clinical history of the selected study, or what queueing means; empty in other steps, and
  /// below a form.
  let editor: Rect
  /// Sum, and why the last key could not be followed.
  let foot: Rect
  let rowHeight: Int

  var visibleRows: Int { max(1, list.height / rowHeight) }

  init(_ area: Rect, _ wizard: WizardState, _ layout: Layout) {
    let isCompact = layout == .compact
    let blank = isCompact || area.height < 16 ? 0 : 1
    let hasTitles = !isCompact || wizard.step == .folders
    rowHeight = isCompact && wizard.step != .folders && wizard.form == nil ? 2 : 1
    let editorRows =
      switch wizard.step {
      case .details: wizard.form == nil ? max(3, min(7, area.height / 3)) : 0
      case .review: isCompact ? 5 : 6
      case .folders, .studies: 0
      }
    // Wider tables would only hold more blanks for the eye to cross.
    let area = Rect(x: area.x, y: area.y, width: min(area.width, 150), height: area.height)
    let rows = area.rows(
      [
        .fixed(1), .fixed(blank), .fixed(1), .fixed(hasTitles ? 1 : 0), .flexible(1),
        .fixed(editorRows), .fixed(2),
      ])
    heading = rows[0]
    line = rows[2]
    titles = rows[3]
    list = rows[4]
    editor = rows[5]
    foot = rows[6]
  }
}
