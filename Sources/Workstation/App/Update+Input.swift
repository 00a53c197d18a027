import Screen

extension AppState {
  /// Input goes to the layers from the top down, then to the pane.
  mutating func handle(_ event: InputEvent) -> [Effect] {
    if case .resize(let size) = event {
      self.size = size
      return send(pane, .input(event))
    }
    if case .focus = event { return [] }
    if case .background(let isLight) = event {
      capabilities.isLightBackground = isLight
      look = makeLook()
      return []
    }
    if case .mouse(let mouse) = event, let effects = clickFrame(mouse) { return effects }
    if case .key(let key) = event, key == .character("c", .control) { return quit(insist: true) }
    let screen = FrameLayout(size: size).screen
    var index = layers.count - 1
    while index >= 0, layers.indices.contains(index) {
      let result = layers[index].handle(event, screen: screen)
      if result.closes { layers.remove(at: index) }
      let effects = result.actions.flatMap { perform($0) }
      if result.isConsumed { return effects }
      if !layers.indices.contains(index) || !layers[index].isFilter { return effects }
      index -= 1
    }
    switch event {
    case .key(let key): return press(key)
    case .mouse(let mouse): return point(mouse)
    case .paste: return send(pane, .input(event))
    case .resize, .focus, .background: return []
    }
  }

  private mutating func press(_ key: Key) -> [Effect] {
    let traits = PaneDirectory.traits(self)
    if traits.capturesText, !Self.isCommandWhileTyping(key) {
      return send(pane, .input(.key(key)))
    }
    guard let command = keys.command(for: key, in: self) else {
      return send(pane, .input(.key(key)))
    }
    return run(command, argument: "")
  }

  /// While text is typed only Esc and function keys are commands, and Ctrl with what no text
  /// field takes.
  private static func isCommandWhileTyping(_ key: Key) -> Bool {
    switch key.code {
    case .escape, .function: return true
    case .character(let character):
      return key.modifiers.contains(.control) && "plz".contains(character)
    default: return false
    }
  }

  private mutating func point(_ mouse: Mouse) -> [Effect] {
    let isInside = FrameLayout(size: size).pane.contains(mouse.point)
    let traits = PaneDirectory.traits(self)
    // What was dragged out of the pane is let go there.
    if traits.takesWheel, isInside || mouse.action == .drag || mouse.action == .release {
      return send(pane, .input(.mouse(mouse)))
    }
    guard isInside else { return [] }
    switch mouse.action {
    case .wheelUp: return send(pane, .move(.up)) + send(pane, .move(.up)) + send(pane, .move(.up))
    case .wheelDown:
      return send(pane, .move(.down)) + send(pane, .move(.down)) + send(pane, .move(.down))
    case .press, .drag, .release: return send(pane, .input(.mouse(mouse)))
    }
  }

  /// Clicks on tabs, status line and key bar; nil when the place is none of these.
  private mutating func clickFrame(_ mouse: Mouse) -> [Effect]? {
    guard mouse.action == .press, mouse.button == .left else { return nil }
    let layout = FrameLayout(size: size)
    if layout.keys.contains(mouse.point) {
      if layers.last?.isFilter == true { return nil }
      guard let item = KeyBar.place(barHints, in: layout.keys).item(at: mouse.point),
        barItems.indices.contains(item)
      else { return [] }
      return handle(.key(barItems[item].key))
    }
    if layers.contains(where: { !$0.isFilter }) { return nil }
    if layout.tabs.contains(mouse.point) {
      let area = ShellFrame.tabArea(self, layout)
      guard let index = TabBar.place(tabs, selected: selectedTab, in: area).item(at: mouse.point)
      else { return [] }
      if index == selectedTab, area.width < 60 {
        // Only one tab is shown: a click goes to the next.
        return go(to: nextTab)
      }
      return index < PaneID.tabbed.count ? go(to: PaneID.tabbed[index]) : []
    }
    if layout.status.contains(mouse.point) { return go(to: .notifications) }
    return nil
  }

  private var nextTab: PaneID {
    let index = PaneID.tabbed.firstIndex(of: pane).map { $0 + 1 } ?? 0
    return PaneID.tabbed[index % PaneID.tabbed.count]
  }
}

extension PaneID {
  /// Those with a tab, in order.
  static let tabbed = allCases.filter(\.hasTab)
}
