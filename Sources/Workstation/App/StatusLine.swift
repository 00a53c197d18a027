import Domain
import Foundation
import Screen

/// One line: how the workstation stands with its gateway, what waits, what moves, what is new. In
/// coarse steps, so that a screen at rest stays as it is.
enum StatusLine {
  static func draw(_ state: AppState, into buffer: inout CellBuffer, _ area: Rect) {
    guard !area.isEmpty else { return }
    let look = state.look
    let connection = self.connection(state)
    var x = area.x
    x += buffer.write([connection], x: x, y: area.y, width: area.width)
    if let toast = state.toast {
      let role: TextRole =
        switch toast.tone {
        case .plain: .bright
        case .waiting: .waiting
        case .alarm: .alarm
        }
      let mark = toast.tone == .alarm ? "! " : ""
      // Where both find no room, what is said matters more than the connection.
      if x + 3 + SafeText.width(mark + toast.text) > area.maxX {
        buffer.fill(area, style: look[.text])
        x = area.x - 3
      }
      buffer.write(
        mark + toast.text, x: x + 3, y: area.y, width: area.maxX - x - 3, style: look[role])
      return
    }
    for part in parts(state) {
      let width = SafeText.width(part.text)
      guard x + 3 + width <= area.maxX else { break }
      buffer.write([part], x: x + 3, y: area.y)
      x += 3 + width
    }
    if let synced = state.frame.lastSyncedAt {
      // Online, news come by themselves: an age that grew between two rounds would say less than
      // "now", and would write to a screen at rest.
      let age =
        state.connection.isOnline
        ? "just now" : Format.age(synced, now: state.now, calendar: state.calendar)
      let text = "synced " + age
      let width = SafeText.width(text)
      if x + 3 + width <= area.maxX {
        buffer.write(text, x: area.maxX - width, y: area.y, style: look[.dim])
      }
    }
  }

  private static func connection(_ state: AppState) -> Span {
    let look = state.look
    // In ASCII the dots of custody are letters, which would be odd here.
    let (full, half, empty) = look.ascii ? ("*", "~", "o") : ("●", "◐", "○")
    switch state.connection {
    case .loggedOut: return look.span("\(empty) not logged in", .waiting)
    case .connecting: return look.span("\(half) connecting", .dim)
    case .online: return look.span("\(full) online", .text)
    // Without the seconds to the next attempt: they would be wrong a second later, or write a
    // screen at rest every second.
    case .reconnecting: return look.span("\(half) reconnecting", .text)
    case .offline(let since, _):
      let time = Format.time(since, now: state.now, calendar: state.calendar)
      return look.span("\(empty) offline since \(time)", .text)
    case .loginExpired: return look.span("! login ended", .waiting)
    }
  }

  /// What follows the connection, the most important first.
  private static func parts(_ state: AppState) -> [Span] {
    let look = state.look
    let frame = state.frame
    var parts = [look.span("outbox \(Format.count(frame.outbox))", frame.outbox > 0 ? .text : .dim)]
    if state.transfer.byAnotherProcess {
      parts.append(look.span("↑ by another RadRelay", .dim))
    } else {
      let speed = Format.speed(state.transfer.bytesPerSecond)
      if !speed.isEmpty { parts.append(look.span("↑ \(speed)", .text)) }
    }
    if state.transfer.isOverBudget {
      parts.append(look.span("byte budget used up", .waiting))
    } else if let limit = state.transfer.limit {
      parts.append(look.span("limit \(Format.speed(Double(limit)))", .dim))
    }
    if frame.unread > 0 { parts.append(look.span("✉ \(Format.count(frame.unread))", .bright)) }
    switch state.connection {
    case .offline(_, let reason), .reconnecting(_, let reason):
      if !reason.isEmpty { parts.append(look.span(reason, .dim)) }
    default: break
    }
    return parts
  }
}
