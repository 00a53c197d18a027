import Domain
import Screen
import Testing

@testable import Workstation

/// Lists of which only a window is here.
@Suite struct ListWindowTests {
  struct Row: Sendable, Equatable, Identifiable {
    var id: Int
  }

  /// Answers as a store with so many rows would, the first with the id `first`.
  private func answer(_ list: inout ListWindow<Row>, _ window: Window?, total: Int, first: Int = 0)
  {
    guard let window else { return }
    let rows = (window.offset..<max(window.offset, min(total, window.offset + window.limit)))
      .map { Row(id: $0 + first) }
    list.receive(ListPage(rows: rows, total: total), window: window, height: 50)
  }

  @Test func runsThroughAHundredThousandRows() {
    var list = ListWindow<Row>()
    answer(&list, list.wanted(height: 50), total: 100_000)
    var loads = 0
    for _ in 0..<2_000 {
      list.move(.down, height: 50)
      #expect(list.selectedRow != nil, "what is selected is always here at this speed")
      if let window = list.wanted(height: 50) {
        loads += 1
        #expect(window.limit <= 400)
        answer(&list, window, total: 100_000)
      }
    }
    #expect(list.selected == 2_000)
    #expect(loads <= 25)
    list.move(.last, height: 50)
    #expect(list.selected == 99_999)
    #expect(list.selectedRow == nil)
    let window = list.wanted(height: 50)
    #expect(list.wanted(height: 50) == nil, "it does not ask twice")
    answer(&list, window, total: 100_000)
    #expect(list.selectedRow?.id == 99_999)
    #expect(list.visible(height: 50) == 99_950..<100_000)
    #expect(list.position == "100\u{202F}000 of 100\u{202F}000")
  }

  /// What is seen first is read first.
  @Test func firstWindowIsSmall() {
    var list = ListWindow<Row>()
    let first = list.wanted(height: 50, reload: true)
    #expect(first == Window(offset: 0, limit: 100))
    answer(&list, first, total: 100_000)
    #expect(list.wanted(height: 50) == nil, "nothing more while nobody moves")
    for _ in 0..<50 { list.move(.down, height: 50) }
    #expect(list.selectedRow?.id == 50)
    #expect(list.wanted(height: 50).map { $0.limit } == 350)
  }

  @Test func selectionStaysOnItsRowWhenRowsComeAbove() {
    var list = ListWindow<Row>()
    answer(&list, list.wanted(height: 10), total: 40)
    for _ in 0..<5 { list.move(.down, height: 10) }
    let window = list.wanted(height: 10, reload: true)
    // Three new rows above: the store's first row is now -3.
    answer(&list, window, total: 43, first: -3)
    #expect(list.selectedRow?.id == 5)
    #expect(list.selected == 8)
  }

  @Test func lateAnswersAreDropped() {
    var list = ListWindow<Row>()
    let old = list.wanted(height: 10)
    answer(&list, old, total: 1_000)
    list.move(.last, height: 10)
    let new = list.wanted(height: 10)
    answer(&list, old, total: 5)
    #expect(list.count == 1_000)
    answer(&list, new, total: 1_000)
    #expect(list.selectedRow?.id == 999)
  }

  @Test func shrinksWithTheList() {
    var list = ListWindow<Row>()
    answer(&list, list.wanted(height: 10), total: 40)
    list.move(.last, height: 10)
    answer(&list, list.wanted(height: 10, reload: true), total: 3)
    #expect(list.selected == 2)
    answer(&list, list.wanted(height: 10, reload: true), total: 0)
    #expect(list.isEmpty && list.selected == 0 && list.visible(height: 10).isEmpty)
    #expect(list.position == "")
    list.move(.down, height: 10)
    list.move(.last, height: 0)
    #expect(list.selected == 0)
  }

  @Test func clicksSelectRows() {
    var list = ListWindow<Row>()
    answer(&list, list.wanted(height: 10), total: 40)
    let area = Rect(x: 0, y: 4, width: 20, height: 10)
    let hit = list.click(Point(x: 3, y: 9), in: area, rowHeight: 2)
    #expect(hit && list.selected == 2)
    let missed = list.click(Point(x: 3, y: 20), in: area)
    #expect(!missed)
  }
}
