import Domain
import Foundation
public import Screen

extension NotificationsPane {
  /// Rows of the list, below the heading.
  static func rowsArea(in area: Rect, _ layout: Layout) -> Rect {
    area.inset(top: layout == .compact ? 1 : 2)
  }

  static func rowHeight(_ layout: Layout) -> Int { layout == .compact ? 2 : 1 }

  public static func view(
    _ state: NotificationsState, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    let look = context.look
    let unread = context.frame.unread
    var details = [look.span(unread > 0 ? "\(Format.count(unread)) unread" : "all read", .dim)]
    if state.unreadOnly { details.append(look.span("   only unread", .text)) }
    Heading.draw(
      "Notifications", details, right: [look.span(state.list.position, .dim)], into: &buffer, area,
      look)
    let rows = rowsArea(in: area, context.layout)
    if state.list.isEmpty {
      drawEmpty(state, into: &buffer, rows, context)
      return
    }
    let height = rowHeight(context.layout)
    for index in state.list.visible(height: rows.height / height) {
      guard let item = state.list.row(at: index) else { continue }
      let line = Rect(
        x: rows.x, y: rows.y + (index - state.list.top) * height, width: rows.width,
        height: height)
      draw(item, selected: index == state.list.selected, into: &buffer, line, context)
    }
  }

  private static func draw(
    _ item: NotificationItem, selected: Bool, into buffer: inout CellBuffer, _ line: Rect,
    _ context: ViewContext
  ) {
    let look = context.look
    let isNew = item.readAt == nil
    let title = look[selected ? .selection : (isNew ? .bright : .text)]
    let mark = isNew ? "✉" : " "
    let time = context.time(item.createdAt)
    guard line.height == 1 else {
      if selected { SelectionMarker.draw(into: &buffer, x: line.x, y: line.y, look) }
      let clock = min(SafeText.width(time), max(0, line.width - 6))
      buffer.write(
        [look.span(mark + " ", look.kindRole(item.kind)), Span(item.title, title)], x: line.x + 2,
        y: line.y, width: line.width - 4 - clock)
      buffer.write(
        time, x: line.maxX - clock, y: line.y, width: clock, style: look[.dim])
      buffer.write(
        item.message, x: line.x + 4, y: line.y + 1, width: line.width - 4, style: look[.dim])
      return
    }
    let table = Table(
      columns: [
        TableColumn("", .fixed(1)),
        TableColumn("", .fixed(context.layout == .wide ? 34 : 20)),
        TableColumn("", .flexible(1), dropOrder: 1, minimum: 12),
        TableColumn("", .fixed(context.layout == .wide ? 11 : 6), align: .right),
      ], width: line.width)
    table.drawRow(
      [
        .init(mark, look[look.kindRole(item.kind)]), .init(item.title, title),
        .init(item.message, look[isNew ? .text : .dim]), .init(time, look[.dim]),
      ], selected: selected, into: &buffer, x: line.x, y: line.y, look)
  }

  private static func drawEmpty(
    _ state: NotificationsState, into buffer: inout CellBuffer, _ area: Rect,
    _ context: ViewContext
  ) {
    if state.unreadOnly {
      EmptyState.draw(
        "Nothing unread", lines: ["Everything here was read."],
        hints: [KeyHint(context.key("notifications.unread"), "show all again")], into: &buffer,
        area, context.look)
    } else {
      EmptyState.draw(
        "No notifications yet",
        lines: [
          "The gateway tells here when a report is ready, when a radiologist wants more images, "
            + "and when a study has arrived in the PACS or could not be stored."
        ], into: &buffer, area, context.look)
    }
  }
}

extension Look {
  /// What waits for a person is amber, what failed red; the rest is text.
  fileprivate func kindRole(_ kind: NotificationKind) -> TextRole {
    switch kind {
    case .additionalDataRequired: .waiting
    case .uploadFailed: .alarm
    case .uploadComplete, .reportAssigned, .reportReady, .other: .bright
    }
  }
}
