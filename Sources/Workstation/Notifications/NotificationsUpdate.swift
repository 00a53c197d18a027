import Domain
import Screen

extension NotificationsPane {
  public static func update(
    _ state: inout NotificationsState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] {
    let height = rowsArea(in: context.area, context.layout).height / rowHeight(context.layout)
    switch event {
    case .appeared:
      let reload = state.isStale
      state.isStale = false
      return load(&state, height: height, reload: reload)
    case .move(let move):
      state.list.move(move, height: height)
      return load(&state, height: height)
    case .open: return open(&state, &context)
    case .command("notifications.open", _): return open(&state, &context)
    case .command("notifications.read", _):
      guard let item = state.list.selectedRow, item.readAt == nil else { return [] }
      markRead(&state, context) { $0.id == item.id }
      return [.perform(.markNotificationRead(item.id))]
    case .command("notifications.read-all", _):
      markRead(&state, context) { _ in true }
      return [.perform(.markAllNotificationsRead)]
    case .command("notifications.unread", _):
      state.unreadOnly.toggle()
      state.list.restart()
      return load(&state, height: height, reload: true)
    case .input(.mouse(let mouse)) where mouse.action == .press:
      let area = rowsArea(in: context.area, context.layout)
      let old = state.list.selected
      guard state.list.click(mouse.point, in: area, rowHeight: rowHeight(context.layout))
      else { return [] }
      // A click selects; a click on the selected row opens it.
      return state.list.selected == old ? open(&state, &context) : load(&state, height: height)
    case .input(.resize):
      state.list.scroll(height: height)
      return context.isVisible ? load(&state, height: height) : []
    case .message(let message): return take(message, &state, context, height: height)
    default: return []
    }
  }

  private static func take(
    _ message: Message, _ state: inout NotificationsState, _ context: PaneContext, height: Int
  ) -> [Effect] {
    switch message {
    case .loaded(.notifications(let unreadOnly, let window, let page)):
      guard unreadOnly == state.unreadOnly else { return [] }
      state.list.receive(page, window: window, height: height)
      return load(&state, height: height)
    case .failed(.load(.notifications), _):
      state.list.loadFailed()
      return []
    case .storeChanged(let regions) where regions.contains(.notifications):
      guard context.isVisible else {
        state.isStale = true
        return []
      }
      return load(&state, height: height, reload: true)
    default: return []
    }
  }

  private static func load(
    _ state: inout NotificationsState, height: Int, reload: Bool = false
  ) -> [Effect] {
    state.list.wanted(height: height, reload: reload)
      .map { [.load(.notifications(unreadOnly: state.unreadOnly, $0))] } ?? []
  }

  /// Goes to what the message is about; what is about nothing is shown in full.
  private static func open(
    _ state: inout NotificationsState, _ context: inout PaneContext
  ) -> [Effect] {
    guard let item = state.list.selectedRow else { return [] }
    if let report = item.relatedReportID {
      context.show(.reports, then: .reveal(.report(report)))
    } else if let upload = item.relatedUploadID {
      context.show(.uploads, then: .reveal(.remoteUpload(upload)))
    } else {
      context.details(title: item.title, text: item.message)
    }
    guard item.readAt == nil else { return [] }
    markRead(&state, context) { $0.id == item.id }
    return [.perform(.markNotificationRead(item.id))]
  }

  /// Shows rows as read at once; the store's answer confirms it.
  private static func markRead(
    _ state: inout NotificationsState, _ context: PaneContext,
    where matches: (NotificationItem) -> Bool
  ) {
    state.list.update { if $0.readAt == nil, matches($0) { $0.readAt = context.now } }
  }
}
