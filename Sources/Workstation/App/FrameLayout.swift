import Screen

/// Where the parts of the frame are. What matters least goes first when it is tight: the rule,
/// the status line, the key bar, the tabs; the pane stays to the last row.
struct FrameLayout: Equatable {
  var tabs: Rect
  var rule: Rect
  var pane: Rect
  var status: Rect
  var keys: Rect
  /// Where dialogs may stand: all but tabs, status line and key bar. The filter line takes the
  /// key bar's row, which therefore belongs to the last layer alone.
  var screen: Rect

  init(size: Size) {
    let height = size.height
    let rows = Rect(size: size).inset(
      left: size.width > 2 ? 1 : 0, right: size.width > 2 ? 1 : 0
    ).rows([
      .fixed(height >= 3 ? 1 : 0), .fixed(height >= 10 ? 1 : 0), .flexible(1),
      .fixed(height >= 10 && Layout(size) == .compact ? 1 : 0), .fixed(height >= 6 ? 1 : 0),
      .fixed(height >= 4 ? 1 : 0),
    ])
    tabs = rows[0]
    rule = rows[1]
    pane = rows[2]
    status = rows[4]
    keys = rows[5]
    screen = Rect(x: pane.x, y: pane.y, width: pane.width, height: pane.height)
  }
}
