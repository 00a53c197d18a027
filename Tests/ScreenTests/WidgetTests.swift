import Testing

@testable import Screen

@Suite struct WidgetTests {
  private let look = Look()

  private func drawn(_ width: Int, _ height: Int, _ draw: (inout CellBuffer, Rect) -> Void)
    -> String
  {
    var buffer = CellBuffer(size: Size(width: width, height: height))
    draw(&buffer, buffer.area)
    return GridText.text(buffer)
  }

  private func table(_ width: Int) -> String {
    let table = Table(
      columns: [
        TableColumn("Patient", .flexible(1), minimum: 12),
        TableColumn("Study", .fixed(16), dropOrder: 1),
        TableColumn("Level", .fixed(9), dropOrder: 2),
        TableColumn("Images", .fixed(7), align: .right), TableColumn("State", .fixed(12)),
      ], width: width)
    return drawn(width, 3) { buffer, _ in
      table.drawHeading(into: &buffer, x: 0, y: 0, look)
      let rows = [
        ["PATEL, Anita", "CT head", "STAT", "212", "◔ sending"],
        ["山田, 太郎", "CT chest", "routine", "1 204", "● verified"],
      ]
      for (index, row) in rows.enumerated() {
        table.drawRow(
          row.map { .init($0, look[.text]) }, selected: index == 0, into: &buffer, x: 0,
          y: 1 + index, look)
      }
    }
  }

  @Test func tableGivesUpColumnsWhenNarrow() {
    #expect(
      table(78) == """
          Patient                   Study             Level       Images  State
        ▌ PATEL, Anita              CT head           STAT           212  ◔ sending
          山田, 太郎                CT chest          routine      1 204  ● verified
        """)
    #expect(
      table(40) == """
          Patient           Images  State
        ▌ PATEL, Anita         212  ◔ sending
          山田, 太郎         1 204  ● verified
        """)
  }

  @Test func progressByEighths() {
    #expect(ProgressBar.filled(0.5, columns: 4) == "██")
    #expect(ProgressBar.filled(0.71, columns: 4) == "██▊")
    #expect(ProgressBar.filled(0.999_99, columns: 2) == "█▉")
    #expect(ProgressBar.filled(1, columns: 2) == "██")
    #expect(ProgressBar.filled(.nan, columns: 2) == "")
    #expect(ProgressBar.filled(7, columns: 2) == "██")
  }

  @Test func sparklineScales() {
    #expect(Sparkline.text([0, 1, 4, 8], columns: 4) == " ▁▄█")
    #expect(Sparkline.text([1, 1, 4, 4], columns: 2) == "▂█")
    #expect(Sparkline.text([Int.max, Int.max], columns: 1) == "█")
  }

  @Test func keyBarAlwaysEndsWithHelp() {
    let hints = [KeyHint("a", "add"), KeyHint("Space", "pause"), KeyHint("?", "all keys")]
    func bar(_ width: Int) -> String {
      drawn(width, 1) { buffer, area in KeyBar.draw(hints, into: &buffer, area, look) }
    }
    #expect(bar(40) == "a add   Space pause   ? all keys")
    #expect(bar(25) == "a add   ? all keys")
    #expect(bar(12) == "? all keys")
    #expect(bar(5) == "? al…")
  }

  @Test func tabsShrinkToTheSelectedOne() {
    let tabs = [
      Tab("Cases", key: "1"), Tab("Uploads", key: "2"), Tab("Reports", badge: "2", key: "3"),
    ]
    func bar(_ width: Int) -> String {
      drawn(width, 1) { buffer, area in TabBar.draw(tabs, selected: 1, into: &buffer, area, look) }
    }
    #expect(bar(40) == "1 Cases  2 Uploads  3 Reports 2")
    #expect(bar(20) == "‹ 2 Uploads ›")
  }

  @Test func textFieldEdits() {
    var field = TextField("chest pain", limit: 14)
    func press(_ key: Key) {
      let isHandled = field.handle(key)
      #expect(isHandled)
    }
    press(.character("w", .control))
    #expect(field.text == "chest ")
    field.insert("x\u{1b}[31my\nz")
    #expect(field.text == "chest x[31my z")
    field.insert("more")
    #expect(field.text == "chest x[31my z", "the limit holds")
    press(Key(.home))
    press(Key(.delete))
    press(Key(.right, .control))
    #expect(field.caret == 4)
    press(.character("k", .control))
    #expect(field.text == "hest")
    press(.character("u", .control))
    #expect(field.isEmpty)
    let takesEnter = field.handle(Key(.enter))
    #expect(!takesEnter)
    press(Key(.backspace))
    #expect(field.caret == 0)
  }

  @Test func secretsAreNotDrawn() {
    let field = TextField("geheim", isSecret: true)
    let text = drawn(10, 1) { buffer, area in
      field.draw(focused: true, into: &buffer, area, look)
      #expect(buffer.cursor == Point(x: 6, y: 0))
      #expect(buffer.cursorVisible)
    }
    #expect(text == "••••••")
  }

  @Test func longTextScrollsUnderTheCaret() {
    var field = TextField("/very/long/path/山田")
    let text = drawn(8, 1) { buffer, area in field.draw(focused: true, into: &buffer, area, look) }
    #expect(text == "th/山田")
    _ = field.handle(Key(.home))
    #expect(
      drawn(8, 1) { buffer, area in field.draw(focused: true, into: &buffer, area, look) }
        == "/very/lo")
  }

  @Test func barsNeverHideSomething() {
    let text = drawn(30, 2) { buffer, area in
      BarChart.draw(
        [.init("CT", 1_051, label: "1 051"), .init("US", 1, label: "1")], into: &buffer, area, look)
    }
    #expect(
      text == """
        CT  ███████████████████  1 051
        US  ▏                        1
        """)
  }

  @Test func thumbnailsInBlocksAndCharacters() {
    let pixels: [UInt8] = [0, 255, 255, 0]
    var buffer = CellBuffer(size: Size(width: 2, height: 1))
    Thumbnail.draw(pixels, width: 2, height: 2, into: &buffer, buffer.area, Look(depth: .trueColor))
    #expect(buffer[0, 0].text == "▀")
    #expect(buffer[0, 0].style.foreground == .rgb(0, 0, 0))
    #expect(buffer[0, 0].style.background == .rgb(255, 255, 255))
    Thumbnail.draw(
      pixels, width: 2, height: 1, into: &buffer, buffer.area, Look(depth: .eight, ascii: true))
    #expect(GridText.text(buffer) == " @")
    Thumbnail.draw([1], width: 2, height: 2, into: &buffer, buffer.area, look)
  }

  /// No widget minds its size or its place.
  @Test func everyWidgetIsSafeAtEverySize() {
    let hints = [KeyHint("a", "山田"), KeyHint("?", "all keys")]
    let tabs = [Tab("Cases", key: "1"), Tab("山田", badge: "2", key: "2")]
    let text = "Évil\u{1b}[2J 山田太郎 \u{202E}abc\n\nmore words here"
    let table = { (width: Int) in
      Table(
        columns: [
          TableColumn("山田", .flexible(1)), TableColumn("n", .fixed(6), align: .right, dropOrder: 1),
        ], width: width)
    }
    var sizes: [(Int, Int)] = []
    for width in 0...24 { for height in 0...8 { sizes.append((width, height)) } }
    for width in stride(from: 25, through: 210, by: 37) {
      for height in stride(from: 0, through: 65, by: 13) { sizes.append((width, height)) }
    }
    for (width, height) in sizes {
      for inset in [-2, 0, 3] {
        var buffer = CellBuffer(size: Size(width: width, height: height))
        let area = Rect(x: inset, y: inset, width: width - inset, height: height)
        Heading.draw(
          text, [look.span(text, .dim)], right: [look.span("山", .dim)], into: &buffer, area, look)
        Rule.draw(into: &buffer, area, look)
        table(area.width).drawHeading(into: &buffer, x: area.x, y: area.y, look)
        table(area.width).drawRow(
          [.init(text, look[.text]), .init([look.span(text, .dim), look.span(text, .dim)])],
          selected: true, into: &buffer, x: area.x, y: area.y + 1, look)
        KeyBar.draw(hints, into: &buffer, area, look)
        TabBar.draw(tabs, selected: 1, into: &buffer, area, look)
        ProgressBar.draw(0.7, into: &buffer, area, look)
        Sparkline.draw([1, 2, 3], into: &buffer, area, look)
        BarChart.draw([.init(text, 3, label: "3")], into: &buffer, area, look)
        Paragraph.draw(text, offset: 9, style: look[.text], into: &buffer, area)
        TextField(text).draw(focused: true, into: &buffer, area, look)
        EmptyState.draw(text, lines: [text], hints: hints, into: &buffer, area, look)
        Thumbnail.draw([1, 2, 3, 4], width: 2, height: 2, into: &buffer, area, look)
        Panel.draw(text, into: &buffer, area, look)
        buffer.useASCIIGlyphs()
        buffer.cursor = nil
        GridText.expectWhole(buffer, "\(width)x\(height)")
      }
    }
  }

  @Test func layoutSharesWithoutOverlap() {
    let parts = Rect(x: 3, y: 0, width: 20, height: 1).columns(
      [.fixed(4), .flexible(1), .flexible(2), .fixed(3)], gap: 1)
    #expect(parts.map(\.width) == [4, 3, 7, 3])
    #expect(parts.map(\.x) == [3, 8, 12, 20])
    for width in 0...30 {
      let parts = Rect(x: 0, y: 0, width: width, height: 1).columns(
        [.fixed(9), .flexible(1), .fixed(9)], gap: 2)
      #expect(parts.allSatisfy { $0.maxX <= width })
    }
  }
}
