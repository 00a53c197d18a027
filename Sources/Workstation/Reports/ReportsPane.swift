public import Screen

/// The reports pane.
public struct ReportsState: Sendable, Equatable {
  public init() {}
}

public enum ReportsPane: Pane {
  public static let id = PaneID.reports
  public static let commands: [PaneCommand<ReportsState>] = []

  public static func traits(_ state: ReportsState) -> PaneTraits { PaneTraits() }

  public static func update(
    _ state: inout ReportsState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] { [] }

  public static func view(
    _ state: ReportsState, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    Heading.draw("Reports", into: &buffer, area, context.look)
  }
}
