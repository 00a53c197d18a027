public import Screen

/// The uploads pane.
public struct UploadsState: Sendable, Equatable {
  public init() {}
}

public enum UploadsPane: Pane {
  public static let id = PaneID.uploads
  public static let commands: [PaneCommand<UploadsState>] = []

  public static func traits(_ state: UploadsState) -> PaneTraits { PaneTraits() }

  public static func update(
    _ state: inout UploadsState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] { [] }

  public static func view(
    _ state: UploadsState, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    Heading.draw("Uploads", into: &buffer, area, context.look)
  }
}
