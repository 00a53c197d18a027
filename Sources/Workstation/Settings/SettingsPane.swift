public import Screen

/// The settings pane.
public struct SettingsState: Sendable, Equatable {
  public init() {}
}

public enum SettingsPane: Pane {
  public static let id = PaneID.settings
  public static let commands: [PaneCommand<SettingsState>] = []

  public static func traits(_ state: SettingsState) -> PaneTraits { PaneTraits() }

  public static func update(
    _ state: inout SettingsState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] { [] }

  public static func view(
    _ state: SettingsState, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    Heading.draw("Settings", into: &buffer, area, context.look)
  }
}
