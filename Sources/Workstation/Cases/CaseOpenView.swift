import Domain
import Screen

/// Where picture and text of an open case stand.
struct CaseLayout {
  let heading: Rect
  let image: Rect
  let text: Rect
  /// What is still covered.
  let covered: Rect
}

extension CasesPane {
  /// The preview beside or below the list: picture and history, nothing that gives the answer.
  static func drawPreview(
    _ found: TeachingCase, isLoaded: Bool, _ area: Rect, into buffer: inout CellBuffer,
    _ context: ViewContext
  ) {
    guard !area.isEmpty else { return }
    let look = context.look
    var lines = StyledText()
    guard context.layout == .standard else {
      // Words first, the picture in what is left.
      lines = previewText(found, isLoaded, width: area.width, look)
      lines.draw(into: &buffer, area)
      guard let preview = found.preview else { return }
      let rest = area.inset(top: lines.lines.count + 1)
      let room = Rect(
        x: rest.x, y: rest.y, width: rest.width, height: min(rest.height, area.height / 2))
      draw(
        preview, Thumbnail.fit(width: preview.width, height: preview.height, in: room),
        into: &buffer, look)
      return
    }
    var left = 0
    if let preview = found.preview {
      let room = Rect(x: area.x, y: area.y, width: min(28, area.width / 3), height: area.height)
      let image = Thumbnail.fit(width: preview.width, height: preview.height, in: room)
      draw(preview, image, into: &buffer, look)
      left = image.width + 2
    }
    let text = area.inset(left: left)
    lines = previewText(found, isLoaded, width: text.width, look)
    lines.draw(into: &buffer, text)
  }

  private static func previewText(
    _ found: TeachingCase, _ isLoaded: Bool, width: Int, _ look: Look
  ) -> StyledText {
    var lines = StyledText()
    lines.add([look.span(found.title, .bright)])
    lines.lines += Facts.flow(facts(found, look), width: width)
    lines.addBlank()
    // Rows of the list come without it: nothing is said of what is not known yet.
    if isLoaded { lines.add(history(found), style: look[.text], columns: width) }
    return lines
  }

  private static func facts(_ found: TeachingCase, _ look: Look) -> [[Span]] {
    var facts: [[Span]] = []
    for fact in [found.modality, found.bodyPart] where !fact.isEmpty {
      facts.append([look.span(fact, .text)])
    }
    facts.append([
      look.span(stars(found.difficulty), .text),
      look.span(" " + difficultyWord(found.difficulty), .dim),
    ])
    if !found.author.isEmpty { facts.append([look.span("by \(found.author)", .dim)]) }
    return facts
  }

  private static func history(_ found: TeachingCase) -> String {
    found.clinicalHistory.isEmpty ? "No history is given." : found.clinicalHistory
  }

  private static func draw(
    _ preview: GrayThumbnail, _ area: Rect, into buffer: inout CellBuffer, _ look: Look
  ) {
    Thumbnail.draw(
      Array(preview.pixels), width: preview.width, height: preview.height, into: &buffer, area,
      look)
  }

  /// Picture on the left when wide, above the text otherwise.
  static func openLayout(_ state: CasesState, _ area: Rect, _ layout: Layout) -> CaseLayout {
    let heading = area.row(0)
    let covered =
      area.height > 3 ? area.row(-1) : Rect(x: area.x, y: area.maxY, width: 0, height: 0)
    let body = area.inset(top: area.height > 8 ? 2 : 1, bottom: covered.height)
    // On a phone the words that were asked for need the picture's room.
    let showsImage = layout != .compact || state.revealed.isEmpty
    guard showsImage, let preview = state.focused?.preview else {
      return CaseLayout(
        heading: heading, image: Rect(x: body.x, y: body.y, width: 0, height: 0), text: body,
        covered: covered)
    }
    let isBeside = layout != .compact
    let room =
      isBeside
      ? Rect(x: body.x, y: body.y, width: body.width * 2 / 5, height: body.height)
      : Rect(x: body.x, y: body.y, width: body.width, height: body.height / 2)
    let image = Thumbnail.fit(width: preview.width, height: preview.height, in: room)
    return CaseLayout(
      heading: heading, image: image,
      text: isBeside ? body.inset(left: image.width + 3) : body.inset(top: image.height),
      covered: covered)
  }

  static func drawOpen(
    _ found: TeachingCase, _ state: CasesState, area: Rect, into buffer: inout CellBuffer,
    _ context: ViewContext
  ) {
    let look = context.look
    let place = openLayout(state, area, context.layout)
    let details = Facts.flow(facts(found, look), width: .max).first ?? []
    if context.layout == .compact {
      buffer.write(
        found.title, x: place.heading.x, y: place.heading.y, width: place.heading.width,
        style: look[.bright])
    } else {
      Heading.draw(found.title, details, into: &buffer, place.heading, look)
    }
    if let preview = found.preview, !place.image.isEmpty {
      draw(preview, place.image, into: &buffer, look)
    }
    caseText(found, state.revealed, width: place.text.width, look)
      .draw(offset: state.scroll, into: &buffer, place.text)
    drawCovered(state, place.covered, into: &buffer, context)
    buffer.cursor = Point(x: place.text.x, y: place.text.y)
  }

  private static func drawCovered(
    _ state: CasesState, _ area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    let look = context.look
    let covered = CasesState.Part.allCases.filter { !state.revealed.contains($0) }
    guard !area.isEmpty else { return }
    if covered.isEmpty {
      buffer.write(
        [look.span(context.key("cases.hide"), .key), look.span(" covers it again", .dim)],
        x: area.x, y: area.y, width: area.width)
      return
    }
    let words = covered.map(\.title).joined(separator: " · ")
    buffer.write(
      [look.span("not yet shown: ", .dim), look.span(words, .text)], x: area.x, y: area.y,
      width: area.width)
  }

  /// History first; what is uncovered follows in a fixed order.
  static func caseText(
    _ found: TeachingCase, _ revealed: Set<CasesState.Part>, width: Int, _ look: Look
  ) -> StyledText {
    var text = StyledText()
    guard width > 0 else { return text }
    let columns = min(width, 100)
    func section(_ title: String, _ body: String) {
      if !text.lines.isEmpty { text.addBlank() }
      text.add([look.span(title, .heading)])
      text.add(body.isEmpty ? "–" : body, style: look[.text], columns: columns)
    }
    section("History", history(found))
    if revealed.contains(.findings) { section("Findings", found.findings) }
    if revealed.contains(.diagnosis) {
      text.addBlank()
      text.add([look.span("Diagnosis", .heading)])
      text.add(
        found.diagnosis.isEmpty ? "–" : found.diagnosis, style: look[.bright], columns: columns)
      if !found.differentials.isEmpty {
        text.addBlank()
        text.add([look.span("Differentials", .heading), look.span("  most likely first", .dim)])
        for (index, name) in found.differentials.enumerated() {
          let lines = Wrapping.lines(name, columns: max(1, columns - 4))
          for (number, line) in lines.enumerated() {
            let head = number == 0 ? "\(index + 1)." : ""
            text.add(Facts.labelled(head, [look.span(line, .text)], column: 4, look))
          }
        }
      }
    }
    if revealed.contains(.teachingPoints) { section("Teaching points", found.teachingPoints) }
    return text
  }

  static func lineCount(_ state: CasesState, width: Int, _ context: PaneContext) -> Int {
    guard let found = state.focused else { return 0 }
    return caseText(found, state.revealed, width: width, Look()).lines.count
  }
}
