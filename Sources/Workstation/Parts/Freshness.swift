import Domain
import Screen

/// How old the shown rows are: said only when no news can come.
enum Freshness {
  /// `as of 09:14` while the gateway is not reached, nothing while it is.
  static func spans(_ context: ViewContext) -> [Span] {
    switch context.connection {
    case .online, .connecting: return []
    case .loggedOut, .reconnecting, .offline, .loginExpired:
      guard let synced = context.frame.lastSyncedAt else {
        return [context.look.span("not synced yet", .dim)]
      }
      return [context.look.span("as of \(context.time(synced))", .dim)]
    }
  }
}
