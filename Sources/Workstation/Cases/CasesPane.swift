public import Screen

/// The cases pane.
public struct CasesState: Sendable, Equatable {
  public init() {}
}

public enum CasesPane: Pane {
  public static let id = PaneID.cases
  public static let commands: [PaneCommand<CasesState>] = []

  public static func traits(_ state: CasesState) -> PaneTraits { PaneTraits() }

  public static func update(
    _ state: inout CasesState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] { [] }

  public static func view(
    _ state: CasesState, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    Heading.draw("Cases", into: &buffer, area, context.look)
  }
}
