import Domain
public import Screen

extension SettingsPane {
  /// The rows, below the heading and a blank line.
  static func listArea(in area: Rect) -> Rect { area.inset(top: area.height > 12 ? 2 : 1) }

  public static func view(
    _ state: SettingsState, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    let look = context.look
    if state.templates.isOpen {
      TemplatesView.draw(state.templates, area: area, into: &buffer, context)
      return
    }
    Heading.draw("Settings", into: &buffer, area, look)
    let list = listArea(in: area)
    let first = min(state.top, max(0, rows.count - list.height))
    for (index, row) in rows.enumerated().dropFirst(max(0, first)).prefix(list.height) {
      draw(
        row, state, selected: index == state.selected, into: &buffer,
        Rect(x: list.x, y: list.y + index - first, width: list.width, height: 1), context)
    }
    let below = list.inset(left: 2, top: rows.count + 1)
    guard below.height >= 2 else { return }
    Paragraph.draw(help(state.row), style: look[.dim], into: &buffer, below)
  }

  private static func draw(
    _ row: Row, _ state: SettingsState, selected: Bool, into buffer: inout CellBuffer,
    _ line: Rect, _ context: ViewContext
  ) {
    let look = context.look
    if selected { SelectionMarker.draw(into: &buffer, x: line.x, y: line.y, look) }
    let wide = line.width >= 60
    let place = min(wide ? 26 : 18, line.width)
    buffer.write(
      title(row, short: !wide), x: line.x + 2, y: line.y, width: place - 3,
      style: look[selected ? .selection : .text])
    let room = line.inset(left: place)
    if case .text(let setting) = row {
      buffer.write(
        value(setting, state), x: room.x, y: room.y, width: room.width, style: look[.bright])
      return
    }
    guard case .choice(let setting) = row else {
      buffer.write(
        row == .templates ? state.templates.summary : text(row, state, context), x: room.x,
        y: room.y, width: room.width,
        style: look[row == .account || row == .templates ? .text : .dim], cut: .middle)
      return
    }
    let current = value(setting, state)
    var values = choices(setting, state)
    if !values.contains(current) { values.append(current) }
    guard wide else {
      buffer.write(
        selected ? "‹ \(current) ›" : "  \(current)", x: room.x, y: room.y,
        width: room.width, style: look[.bright])
      return
    }
    // All values stand there, the one in force between ‹ and ›: nothing has to be guessed.
    let spans = values.map {
      $0 == current ? look.span("‹\($0)› ", .bright) : look.span(" \($0)  ", .dim)
    }
    buffer.write(spans, x: room.x, y: room.y, width: room.width)
  }

  private static func title(_ row: Row, short: Bool) -> String {
    switch row {
    case .choice(.theme): "Colours"
    case .choice(.borders): short ? "Lines" : "Lines and glyphs"
    case .choice(.images): "Pictures"
    case .choice(.bandwidth): short ? "Bandwidth" : "Bandwidth of pictures"
    case .choice(.mouse): "Mouse"
    case .choice(.bell): short ? "Bell" : "Bell on a new report"
    case .choice(.uploadLimit), .text(.uploadLimit):
      short ? "Upload limit" : "Limit of uploads"
    case .choice(.spoolQuota), .text(.spoolQuota): short ? "Copies at most" : "Room for copies"
    case .choice(.spoolReserve), .text(.spoolReserve):
      short ? "Stays free" : "Free beside copies"
    case .choice(.uploadBudget), .text: short ? "Upload budget" : "Budget of uploads"
    case .choice(.defaultServiceLevel): short ? "Service level" : "Service level at first"
    case .templates: short ? "Templates" : "Templates of uploads"
    case .account: "Account"
    case .server: "Gateway"
    case .storage: "Stored in"
    case .copies: "Copies"
    case .version: "Version"
    }
  }

  private static func text(_ row: Row, _ state: SettingsState, _ context: ViewContext) -> String {
    switch row {
    case .choice, .text, .templates: return ""
    case .account:
      guard let user = context.frame.user else { return "not logged in" }
      return "\(user.username) · \(user.facility.name)"
    case .server: return context.frame.server.isEmpty ? "none yet" : context.frame.server
    case .storage: return context.about.storage
    case .copies: return state.spool.map { copiesText($0) } ?? ""
    case .version: return context.about.version
    }
  }

  /// What is used, what is free, and what stays of uploads that ended without a proof.
  private static func copiesText(_ spool: SpoolStanding) -> String {
    var text = "\(Format.bytes(spool.bytes)) used"
    if let room = spool.room { text += " · \(Format.bytes(room)) free" }
    if spool.kept.files > 0 {
      text += " · \(Format.bytes(spool.kept.bytes)) of unproven uploads kept"
    }
    return text
  }

  private static func help(_ row: Row) -> String {
    switch row {
    case .choice(.theme):
      "auto takes dark or light from the terminal's background. mono uses no colour at all; "
        + "every state is a word with a glyph, so nothing is lost."
    case .choice(.borders): "ascii is for fonts and readers without lines and symbols."
    case .choice(.images):
      "auto takes the best that the terminal claims; cells are characters, which work everywhere. "
        + "radrelay doctor says what was found."
    case .choice(.bandwidth):
      "auto sends as much as the line takes without a key waiting; low sends few bytes and greys."
    case .choice(.mouse):
      "off leaves the mouse to the terminal, for selecting and copying text."
    case .choice(.bell): "Rings the terminal's bell when a report has become ready."
    case .choice(.uploadLimit), .text(.uploadLimit):
      "How fast is sent, by local time: 08:00 256k; 18:00 off. Enter types it; it holds at once."
    case .choice(.spoolQuota), .text(.spoolQuota):
      "The most that copies of archives, media and rewritten images may take: 50 GB, or off."
        + " RADRELAY_SPOOL_QUOTA wins."
    case .choice(.spoolReserve), .text(.spoolReserve):
      "What stays free on the disk, whatever is copied: 1 GB. RADRELAY_SPOOL_RESERVE wins."
    case .choice(.uploadBudget), .text:
      "How much is sent in a day or month: 500M per day. Enter types it; what is over waits."
    case .choice(.defaultServiceLevel):
      "What the upload wizard starts with. STAT and emergency need a clinical history."
    case .templates:
      "What is filled in again and again: Enter lists, makes and changes "
        + "templates. The upload wizard gives them to studies."
    case .account:
      "Enter logs in or out. What is queued stays here and goes on after the next login."
    case .server: "The gateway that this workstation sends to; log in to change it."
    case .storage: "The store holds patient data; only you can read the folder."
    case .copies:
      "Copies go when their study is proven. What ended without a proof stays until you forget the"
        + " upload (D in the list)."
    case .version: ""
    }
  }
}
