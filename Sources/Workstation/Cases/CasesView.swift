import Domain
public import Screen

extension CasesPane {
  public static func view(
    _ state: CasesState, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    guard !area.isEmpty else { return }
    let look = context.look
    if state.isOpen, let found = state.focused {
      drawOpen(found, state, area: area, into: &buffer, context)
      return
    }
    let place = layout(area, context.layout)
    let total = state.list.isLoaded ? Format.count(state.list.count) : ""
    Heading.draw(
      "Cases", [look.span(total, .dim)], right: Freshness.spans(context), into: &buffer,
      place.heading, look)
    Facet.draw(state, into: &buffer, place.tabs, look)
    guard !state.list.isEmpty else {
      let top = place.heading.height + place.tabs.height
      drawEmpty(state, area.inset(top: top), into: &buffer, context)
      return
    }
    if let problem = state.problem, !state.list.isLoaded {
      EmptyState.draw(
        "The cases could not be read", lines: [problem], into: &buffer, area.inset(top: 3), look)
      return
    }
    drawList(state, place, into: &buffer, look)
    place.drawDivider(into: &buffer, look)
    if let found = state.focused {
      drawPreview(found, isLoaded: state.isLoaded, place.detail, into: &buffer, context)
    }
  }

  static func layout(_ area: Rect, _ layout: Layout) -> ListDetail {
    ListDetail(area, layout, tabRows: area.height >= 8 ? 2 : 0, detailRows: 7)
  }

  /// Easy to master, in five stars.
  static func stars(_ difficulty: Int) -> String {
    let full = min(5, max(0, difficulty))
    return String(repeating: "★", count: full) + String(repeating: "☆", count: 5 - full)
  }

  /// The same for those who do not see stars.
  static func difficultyWord(_ difficulty: Int) -> String {
    let words = ["easy", "medium", "hard", "expert", "master"]
    return words.indices.contains(difficulty - 1) ? words[difficulty - 1] : "not rated"
  }

  private static func drawEmpty(
    _ state: CasesState, _ area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    guard state.text.isEmpty, state.modality == nil, state.bodyPart == nil else {
      EmptyState.draw(
        "No case fits", lines: ["No case has all of this."],
        hints: [
          KeyHint(context.key("cases.everything"), "show all cases"),
          KeyHint(context.key("filter"), "change the words"),
        ], into: &buffer, area, context.look)
      return
    }
    EmptyState.draw(
      "No cases yet",
      lines: [
        "The teaching library of your gateway stands here, without anything that identifies a"
          + " patient: history and image first, findings and diagnosis when you ask for them. It is"
          + " kept on this computer and works offline."
      ],
      hints: [KeyHint(context.key("sync"), "fetch what the gateway has")],
      into: &buffer, area, context.look)
  }

  private static func table(width: Int) -> Table {
    Table(
      columns: [
        TableColumn("Title", .flexible(6), minimum: 16),
        TableColumn("Modality", .fixed(10), dropOrder: 1),
        TableColumn("Part", .fixed(10), dropOrder: 3),
        TableColumn("Grade", .fixed(5), dropOrder: 2),
        TableColumn("Tags", .flexible(2), dropOrder: 4, minimum: 12),
      ], width: width)
  }

  private static func drawList(
    _ state: CasesState, _ place: ListDetail, into buffer: inout CellBuffer, _ look: Look
  ) {
    place.drawRows(
      state.list, table(width: place.list.width), into: &buffer, look,
      values: { found, isSelected in
        [
          Table.Value(found.title, look[isSelected ? .selection : .bright]),
          Table.Value(found.modality, look[.text]),
          Table.Value(found.bodyPart, look[.text]),
          Table.Value(stars(found.difficulty), look[.text]),
          Table.Value(found.tags.joined(separator: ", "), look[.dim]),
        ]
      },
      twoLines: { found, isSelected, area, buffer in
        buffer.write(
          found.title, x: area.x, y: area.y, width: area.width,
          style: look[isSelected ? .selection : .bright])
        guard area.height > 1 else { return }
        let facts = [found.modality, found.bodyPart].filter { !$0.isEmpty }
          .joined(separator: " · ")
        buffer.write(facts, x: area.x, y: area.y + 1, width: area.width - 7, style: look[.dim])
        buffer.write(
          stars(found.difficulty), x: area.x, y: area.y + 1, width: area.width, style: look[.dim],
          align: .right)
      })
  }
}
