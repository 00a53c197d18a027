import Domain
import Screen

/// What the notifications pane shows.
public struct NotificationsState: Sendable, Equatable {
  var list = ListWindow<NotificationItem>()
  var unreadOnly = false
  /// True when rows changed while the pane was not in view.
  var isStale = true

  public init() {}
}

/// Messages of the gateway to this person, newest first.
public enum NotificationsPane: Pane {
  public static let id = PaneID.notifications

  public static func traits(_ state: NotificationsState) -> PaneTraits { PaneTraits() }

  public static let commands: [PaneCommand<NotificationsState>] = [
    PaneCommand(
      "notifications.open", "open", keys: [Key(.enter)],
      help: "Shows the report or upload that the message is about, and marks it read.",
      disabledReason: nothingSelected),
    PaneCommand(
      "notifications.read", "mark read", keys: [.character("m")],
      help: "Marks the selected message read.",
      disabledReason: {
        nothingSelected($0) ?? ($0.list.selectedRow?.readAt == nil ? nil : "it is read already")
      }),
    PaneCommand(
      "notifications.read-all", "all read", keys: [.character("M")],
      help: "Marks every message read.",
      disabledReason: { $0.list.isEmpty ? "there are no messages" : nil }),
    PaneCommand(
      "notifications.unread", "unread", keys: [.character("u")],
      help: "Shows only what is not read yet, or everything again."),
  ]

  private static let nothingSelected: @Sendable (NotificationsState) -> String? = {
    $0.list.selectedRow == nil ? "no message is selected" : nil
  }
}
