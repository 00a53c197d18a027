import Domain
public import Screen

extension UploadsPane {
  public static func view(
    _ state: UploadsState, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    guard !area.isEmpty else { return }
    if let wizard = state.wizard {
      WizardView.draw(wizard, area: area, into: &buffer, context)
      return
    }
    if state.isOpen, state.focused != nil {
      drawOpen(state, area: area, into: &buffer, context)
      return
    }
    let place = layout(state, area, context.layout)
    drawHeading(state, place.heading, into: &buffer, context)
    drawUnfinished(state, place.tabs, into: &buffer, context)
    guard !state.list.isEmpty else {
      drawEmpty(state, area.inset(top: place.tabs.height + 1), into: &buffer, context)
      return
    }
    if let problem = state.problem, !state.list.isLoaded {
      EmptyState.draw(
        "The uploads could not be read", lines: [problem], into: &buffer, area.inset(top: 1),
        context.look)
      return
    }
    drawList(state, place, into: &buffer, context)
    place.drawDivider(into: &buffer, context.look)
    if let upload = state.focused {
      detailText(upload, state.detail, width: place.detail.width, context)
        .draw(into: &buffer, place.detail)
    }
  }

  static func layout(_ state: UploadsState, _ area: Rect, _ layout: Layout) -> ListDetail {
    ListDetail(area, layout, tabRows: state.unfinished == nil ? 0 : 1, detailRows: 7)
  }

  private static func drawUnfinished(
    _ state: UploadsState, _ area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    guard let unfinished = state.unfinished else { return }
    let look = context.look
    buffer.write(
      [
        look.span(
          context.layout == .compact
            ? "! An unfinished selection"
            : "! " + words(unfinished, time: context.time(unfinished.at)), .waiting),
        look.span(": ", .dim), look.span(context.key("uploads.add"), .key),
        look.span(" goes on, or begins anew", .dim),
      ], x: area.x, y: area.y, width: area.width)
  }

  private static func drawHeading(
    _ state: UploadsState, _ area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    let look = context.look
    let isCompact = context.layout == .compact
    var facts: [[Span]] = []
    let sending = state.count(.sending)
    let queued = state.count(.queued, .stored, .paused)
    let waiting = state.count(.held, .failed, .duplicate, .unproven)
    if sending > 0 { facts.append([look.span("\(Format.count(sending)) sending", .text)]) }
    if queued > 0 { facts.append([look.span("\(Format.count(queued)) queued", .text)]) }
    if waiting > 0 {
      let verb = waiting == 1 ? "needs you" : "need you"
      facts.append([look.span("! \(Format.count(waiting)) \(verb)", .waiting)])
    }
    if facts.isEmpty, state.list.isLoaded { facts.append([look.span("nothing waits", .dim)]) }
    if state.group != .all {
      facts.append([look.span("‹ \(state.group.title) ›", .accent)])
    }
    var right: [Span] = []
    let transfer = context.transfer
    let speed = Format.speed(transfer.bytesPerSecond)
    if !speed.isEmpty, !isCompact {
      right.append(look.span("↑ \(speed)", .text))
      if let left = transfer.secondsLeft {
        right.append(look.span("   \(Format.duration(left)) left", .text))
      }
    } else if transfer.byAnotherProcess {
      right = [look.span("sent by another RadRelay", .dim)]
    }
    if right.isEmpty { right = Freshness.spans(context) }
    let flat = Facts.flow(facts, width: .max, gap: isCompact ? 2 : 3).first ?? []
    if isCompact {
      // The tab says where we are: the row belongs to the counts.
      let wide = right.reduce(0) { $0 + SafeText.width($1.text) }
      let used = buffer.write(flat, x: area.x, y: area.y, width: area.width)
      if used + 2 + wide <= area.width {
        buffer.write(right, x: area.maxX - wide, y: area.y, width: wide)
      }
    } else {
      Heading.draw("Uploads", flat, right: right, into: &buffer, area, look)
    }
  }

  private static func drawEmpty(
    _ state: UploadsState, _ area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    guard state.text.isEmpty, state.group == .all else {
      EmptyState.draw(
        "No upload fits", lines: ["No upload is \(narrowing(state))."],
        hints: [
          KeyHint(context.key("uploads.show"), "show others"),
          KeyHint(context.key("filter"), "change the words"),
        ], into: &buffer, area, context.look)
      return
    }
    EmptyState.draw(
      "No uploads yet",
      lines: [
        "Studies that you send to the PACS stand here, from the first byte to the proof that"
          + " every image has arrived. Whatever happens on the way, nothing that stands here is"
          + " lost."
      ],
      hints: [KeyHint(context.key("uploads.add"), "choose a folder and send the studies in it")],
      into: &buffer, area, context.look)
  }

  private static func narrowing(_ state: UploadsState) -> String {
    var parts: [String] = []
    if state.group != .all { parts.append("in \u{201C}\(state.group.title)\u{201D}") }
    if !state.text.isEmpty { parts.append("found for \u{201C}\(state.text)\u{201D}") }
    return parts.joined(separator: " and ")
  }

  private static func drawList(
    _ state: UploadsState, _ place: ListDetail, into buffer: inout CellBuffer,
    _ context: ViewContext
  ) {
    let table = UploadRow.table(width: place.list.width)
    place.drawRows(
      state.list, table, into: &buffer, context.look,
      values: { upload, isSelected in
        UploadRow(words(upload, context), context.look).values(table, isSelected: isSelected)
      },
      twoLines: { upload, isSelected, area, buffer in
        UploadRow(words(upload, context), context.look)
          .drawTwoLines(isSelected: isSelected, into: &buffer, area)
      })
  }

  static func words(_ upload: Upload, _ context: ViewContext) -> UploadWords {
    UploadWords(
      upload, progress: context.transfer.uploads[upload.id], now: context.now,
      calendar: context.calendar, login: context.login)
  }
}
