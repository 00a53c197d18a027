import Domain
public import Screen

/// Draws the state over the whole buffer, which should have the state's size; any other is drawn
/// as well, cut or blank. Pure.
public func view(_ state: AppState, into buffer: inout CellBuffer) {
  let look = state.look
  buffer.clear(look[.text])
  buffer.cursor = nil
  buffer.cursorVisible = false
  let layout = FrameLayout(size: buffer.size)
  ShellFrame.draw(state, layout, into: &buffer)
  let context = ViewContext(
    look: look, now: state.now, calendar: state.calendar, layout: Layout(buffer.size),
    frame: state.frame, connection: state.connection, transfer: state.transfer, keys: state.keys,
    about: state.about, images: state.imageOutput)
  PaneDirectory.view(state, area: layout.pane, into: &buffer, context)
  for layer in state.layers {
    let screen = layer.isFilter ? (layout.keys.isEmpty ? layout.pane : layout.keys) : layout.screen
    layer.content.view(screen: screen, into: &buffer, look)
  }
  if look.ascii { buffer.useASCIIGlyphs() }
  if let cursor = buffer.cursor, !buffer.area.contains(cursor) {
    buffer.cursor = nil
    buffer.cursorVisible = false
  }
}

/// Tabs, status line and key bar around the pane.
enum ShellFrame {
  static func draw(_ state: AppState, _ layout: FrameLayout, into buffer: inout CellBuffer) {
    let look = state.look
    drawTabs(state, layout, into: &buffer)
    if !layout.rule.isEmpty {
      buffer.fill(layout.rule, style: look[.rule], character: "─")
      if layout.status.y > layout.pane.maxY {
        buffer.fill(
          Rect(x: layout.rule.x, y: layout.pane.maxY, width: layout.rule.width, height: 1),
          style: look[.rule], character: "─")
      }
    }
    StatusLine.draw(state, into: &buffer, layout.status)
    KeyBar.draw(state.barHints, into: &buffer, layout.keys, look)
  }

  /// The part of the first row that the tabs have, left of who and where.
  static func tabArea(_ state: AppState, _ layout: FrameLayout) -> Rect {
    let right = rightText(state, width: layout.tabs.width)
    let taken = right.isEmpty ? 0 : SafeText.width(right) + 2
    return layout.tabs.inset(right: min(taken, layout.tabs.width))
  }

  private static func drawTabs(
    _ state: AppState, _ layout: FrameLayout, into buffer: inout CellBuffer
  ) {
    let area = layout.tabs
    let right = rightText(state, width: area.width)
    TabBar.draw(
      state.tabs, selected: state.selectedTab, into: &buffer, tabArea(state, layout), state.look)
    if !right.isEmpty {
      buffer.write(
        right, x: area.maxX - SafeText.width(right), y: area.y, width: area.width,
        style: state.look[.dim])
    }
  }

  /// Who and where, if it fits beside the tabs; on a small screen the speed.
  private static func rightText(_ state: AppState, width: Int) -> String {
    guard width >= 70 else {
      let speed = Format.speed(state.transfer.bytesPerSecond)
      return speed.isEmpty || width < 30 ? "" : "↑ \(speed)"
    }
    guard let user = state.frame.user else { return "not logged in" }
    let tabs = state.tabs.reduce(0) { $0 + SafeText.width($1.title + $1.badge + $1.key) + 4 }
    let room = width - tabs - 2
    let names = ["\(user.username) · \(user.facility.name)", user.username]
    return names.first { SafeText.width($0) <= room }.map(SafeText.clean) ?? ""
  }
}

extension AppState {
  /// The tabs, and behind them the pane without a tab that is open.
  var tabs: [Tab] {
    var tabs = PaneID.tabbed.enumerated().map { index, pane in
      Tab(
        pane.title,
        badge: pane == .reports && frame.unreadReports > 0
          ? Format.count(frame.unreadReports) : "",
        key: String(index + 1))
    }
    if !pane.hasTab { tabs.append(Tab(pane.title)) }
    return tabs
  }

  var selectedTab: Int { PaneID.tabbed.firstIndex(of: pane) ?? PaneID.tabbed.count }

  /// The keys that matter here: the top layer's, else the pane's that can be done now, and help.
  var barItems: [BarItem] {
    if let layer = layers.last {
      return layer.content.hints.map {
        BarItem($0.key, $0.title, label: $0.key.label(ascii: look.ascii))
      }
    }
    if let heldBar { return heldBar }
    let traits = PaneDirectory.traits(self)
    var items = CommandTable.commands(of: pane)
      .filter { $0.isInKeyBar && $0.isShown(self) && $0.disabledReason(self) == nil }
      .compactMap { command in
        keys.keys(for: command).first.map {
          BarItem($0, command.title, label: $0.label(ascii: look.ascii))
        }
      }
    items = Array(items.prefix(size.width >= 120 ? 7 : 4))
    if traits.goesBack || !pane.hasTab { items.append(BarItem(Key(.escape), "back")) }
    if !traits.capturesText, let help = CommandTable.command("help"),
      let key = keys.keys(for: help).first
    {
      items.append(BarItem(key, size.width < 60 ? "keys" : "all keys"))
    }
    return items
  }

  var barHints: [KeyHint] { barItems.map { KeyHint($0.label, $0.title) } }
}
