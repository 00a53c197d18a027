import Domain
import Screen

extension UploadsPane {
  /// One upload with the whole pane: facts, history, every file with its proof, what happened.
  static func drawOpen(
    _ state: UploadsState, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    guard let upload = state.focused else { return }
    openText(upload, state.detail, width: area.width, context)
      .draw(offset: state.scroll, into: &buffer, area)
    buffer.cursor = Point(x: area.x, y: area.y)
  }

  private static func openText(
    _ upload: Upload, _ detail: UploadDetail?, width: Int, _ context: ViewContext
  ) -> StyledText {
    let look = context.look
    // The short form for the top; files and log follow in full.
    var text = detailText(upload, nil, width: width, context)
    text.addBlank()
    let column = 11
    let digits = [
      ("Study UID", upload.study.studyInstanceUID), ("To", upload.gateway),
      ("Owner", [upload.owner, upload.facility].filter { !$0.isEmpty }.joined(separator: ", ")),
      ("Session", upload.remoteID ?? ""),
    ]
    for (label, value) in digits where !value.isEmpty {
      text.add(Facts.labelled(label, [look.span(value, .text)], column: column, look))
    }
    for (label, date) in [
      ("Queued", upload.createdAt), ("Started", upload.startedAt), ("Stored", upload.storedAt),
      ("Verified", upload.verifiedAt),
    ] {
      guard let date else { continue }
      let moment = Format.dateAndTime(date, calendar: context.calendar)
      text.add(Facts.labelled(label, [look.span(moment, .text)], column: column, look))
    }
    if !upload.clinicalHistory.isEmpty {
      text.addBlank()
      text.add([look.span("Clinical history", .heading)])
      text.add(upload.clinicalHistory, style: look[.text], columns: min(width, 100))
    }
    guard let detail, detail.upload.id == upload.id else { return text }
    addFiles(detail, width: width, to: &text, look)
    addLog(detail, to: &text, context)
    return text
  }

  /// Lines of the open upload, for scrolling.
  static func openLineCount(_ state: UploadsState, _ context: PaneContext) -> Int {
    guard let upload = state.focused else { return 0 }
    let view = ViewContext(
      look: Look(), now: context.now, calendar: context.calendar, layout: context.layout,
      transfer: context.transfer)
    return openText(upload, state.detail, width: context.area.width, view).lines.count
  }
}
