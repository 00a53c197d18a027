public import Screen

/// The notifications pane.
public struct NotificationsState: Sendable, Equatable {
  public init() {}
}

public enum NotificationsPane: Pane {
  public static let id = PaneID.notifications
  public static let commands: [PaneCommand<NotificationsState>] = []

  public static func traits(_ state: NotificationsState) -> PaneTraits { PaneTraits() }

  public static func update(
    _ state: inout NotificationsState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] { [] }

  public static func view(
    _ state: NotificationsState, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    Heading.draw("Notifications", into: &buffer, area, context.look)
  }
}
