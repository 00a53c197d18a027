import Domain
import Foundation
import Screen
import Testing

@testable import Workstation

@Suite struct NotificationTests {
  private func stage(_ items: [NotificationItem] = Stage.notifications) -> Stage {
    var stage = Stage()
    stage.press("i")
    stage.answerNotifications(items)
    return stage
  }

  @Test func enterGoesToWhatItIsAbout() {
    var stage = stage()
    #expect(stage.press("Enter").contains(.perform(.markNotificationRead(NotificationID("n1")))))
    #expect(stage.state.pane == .reports)
    stage.press("i", "↓")
    stage.press("Enter")
    #expect(stage.state.pane == .uploads)
    stage.press("i", "G", "Enter")
    #expect(stage.state.pane == .notifications)
    #expect(stage.text.contains("line one"))
    #expect(stage.effects == [], "it was read before")
  }

  @Test func markingShowsAtOnce() {
    var stage = stage()
    #expect(stage.press("m") == [.perform(.markNotificationRead(NotificationID("n1")))])
    #expect(stage.state.notifications.list.selectedRow?.readAt != nil)
    #expect(
      stage.press("m").contains(.perform(.markNotificationRead(NotificationID("n1")))) == false)
    #expect(stage.text.contains("Not now: it is read already."))
    #expect(stage.press("M") == [.perform(.markAllNotificationsRead)])
    #expect(stage.state.notifications.list.rows.allSatisfy { $0.readAt != nil })
  }

  @Test func unreadOnly() {
    var stage = stage()
    stage.press("u")
    stage.answerNotifications()
    #expect(stage.state.notifications.list.count == 2)
    stage.answerNotifications([])
    stage.send(.storeChanged([.notifications]))
    stage.answerNotifications([])
    #expect(stage.text.contains("Nothing unread"))
  }

  @Test func emptyTeaches() {
    #expect(stage([]).text.contains("The gateway tells here when a report is ready"))
  }

  @Test func reloadsWhenItComesBackIntoView() {
    var stage = stage()
    stage.press("2")
    let hidden = stage.send(.storeChanged([.notifications]))
    #expect(!hidden.contains { if case .load(.notifications) = $0 { true } else { false } })
    let back = stage.press("i")
    #expect(back.contains { if case .load(.notifications) = $0 { true } else { false } })
  }

  /// Moving the selection changes two rows and the position, and little of them.
  @Test(arguments: [(200, 60), (80, 24), (40, 20)])
  func movingChangesLittle(_ width: Int, _ height: Int) {
    let items = (0..<500).map {
      NotificationItem(
        id: NotificationID("n\($0)"), kind: .reportReady, title: "Report ready",
        message: "PATEL, Anita: CT head \($0)", createdAt: Stage.now - Double($0))
    }
    var stage = Stage(Size(width: width, height: height))
    stage.press("i")
    stage.answerNotifications(items)
    stage.press("↓", "↓")
    let before = stage.draw()
    stage.press("↓")
    let after = stage.draw()
    var changedRows: Set<Int> = []
    var changedCells = 0
    for y in 0..<height {
      for x in 0..<width where before[x, y] != after[x, y] {
        changedRows.insert(y)
        changedCells += 1
      }
    }
    let heading = FrameLayout(size: Size(width: width, height: height)).pane.y
    let rowHeight = NotificationsPane.rowHeight(Layout(Size(width: width, height: height)))
    #expect(changedRows.subtracting([heading]).count <= 2)
    #expect(changedCells <= 2 * (1 + 12) + 10)
    #expect(after.cursor == Point(x: 1, y: before.cursor.map { $0.y + rowHeight } ?? -1))
  }

  /// Green is for what is proven; nothing here is.
  @Test func greenIsOnlyForProven() {
    let stage = stage()
    let green = stage.state.look[.proven].foreground
    #expect(!stage.draw().cells.contains { $0.style.foreground == green })
  }

  @Test func wheelAndClick() {
    var stage = stage()
    let wheel = Mouse(action: .wheelDown, button: .none, point: Point(x: 10, y: 8))
    stage.send(.input(.mouse(wheel)))
    #expect(stage.state.notifications.list.selected == 3)
    let pane = FrameLayout(size: stage.state.size).pane
    let click = Mouse(action: .press, button: .left, point: Point(x: 10, y: pane.y + 3))
    stage.send(.input(.mouse(click)))
    #expect(stage.state.notifications.list.selected == 1)
    stage.send(.input(.mouse(click)))
    #expect(stage.state.pane == .uploads, "a click on the selected row opens it")
    let tab = Mouse(action: .press, button: .left, point: Point(x: 3, y: 0))
    stage.send(.input(.mouse(tab)))
    #expect(stage.state.pane == .cases)
  }
}
