public import Screen

/// The dashboard pane.
public struct DashboardState: Sendable, Equatable {
  public init() {}
}

public enum DashboardPane: Pane {
  public static let id = PaneID.dashboard
  public static let commands: [PaneCommand<DashboardState>] = []

  public static func traits(_ state: DashboardState) -> PaneTraits { PaneTraits() }

  public static func update(
    _ state: inout DashboardState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] { [] }

  public static func view(
    _ state: DashboardState, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    Heading.draw("Dashboard", into: &buffer, area, context.look)
  }
}
