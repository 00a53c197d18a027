import Domain
import Screen

extension UploadsPane {
  /// Files that the full view of an upload asks for; failed ones come first.
  static let fileLimit = 500

  public static func update(
    _ state: inout UploadsState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] {
    let step = state.wizard?.step
    let effects = react(&state, event, &context)
    return effects + keepDraft(&state, stepBefore: step, event)
  }

  private static func react(
    _ state: inout UploadsState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] {
    if case .message(let message) = event { return receive(&state, message, &context) }
    if case .reveal(let reference) = event { return reveal(&state, reference, &context) }
    if state.wizard != nil, event != .appeared, event != .rested {
      return updateWizard(&state, event, &context)
    }
    switch event {
    case .appeared:
      let asks = state.asksForDraft
      state.asksForDraft = false
      return reload(&state, context) + (asks ? [.load(.draft)] : [])
    case .command(let id, let argument): return command(&state, id, argument, &context)
    case .move(let move): return self.move(&state, move, &context)
    case .open: return open(&state, context)
    case .back: close(&state)
    case .filter(let text):
      state.text = text
      return narrow(&state, context)
    case .rested: return focus(&state)
    case .answered(let question, let text): return answered(&state, question, text, &context)
    case .input(.mouse(let mouse)): return click(&state, mouse, &context)
    case .input, .message, .reveal: break
    }
    return []
  }

  // MARK: Reading

  static func reload(_ state: inout UploadsState, _ context: PaneContext) -> [Effect] {
    let height = layout(state, context.area, context.layout).visibleRows
    var effects: [Effect] = []
    if let window = state.list.wanted(height: height, reload: true) {
      effects.append(.load(.uploads(state.filter, window)))
    }
    if let focus = state.focus { effects.append(.load(.upload(focus, fileLimit: fileLimit))) }
    return effects
  }

  private static func loadMore(_ state: inout UploadsState, _ context: PaneContext) -> [Effect] {
    let height = layout(state, context.area, context.layout).visibleRows
    guard let window = state.list.wanted(height: height) else { return [] }
    return [.load(.uploads(state.filter, window))]
  }

  /// Another filter: from the top, the old rows stay until the answer.
  private static func narrow(_ state: inout UploadsState, _ context: PaneContext) -> [Effect] {
    state.list.restart()
    return reload(&state, context)
  }

  /// The detail follows the selection.
  private static func focus(_ state: inout UploadsState) -> [Effect] {
    guard !state.isOpen, let id = state.list.selectedRow?.id, id != state.focus else { return [] }
    state.focus = id
    return [.load(.upload(id, fileLimit: fileLimit))]
  }

  private static func receive(
    _ state: inout UploadsState, _ message: Message, _ context: inout PaneContext
  ) -> [Effect] {
    let height = layout(state, context.area, context.layout).visibleRows
    switch message {
    case .loaded(.uploads(let filter, let window, let page, let counts)):
      guard filter == state.filter else { return [] }
      state.problem = nil
      state.counts = counts
      state.list.receive(page, window: window, height: height)
      if state.isOpen { return [] }
      return loadMore(&state, context) + (context.isMoving ? [] : focus(&state))
    case .loaded(.frame(let frame)):
      state.login = frame.user.map { UploadOwner($0, at: frame.server) }
    case .loaded(.upload(let detail)):
      guard detail?.upload.id == state.focus || detail == nil else { return [] }
      state.detail = detail
      if detail == nil, state.isOpen { close(&state) }
    case .loaded(.templates(let templates)): state.wizard?.desk.templates = templates
    case .storeChanged(let regions):
      let templates: [Effect] =
        regions.contains(.templates) && state.wizard != nil ? [.load(.templates)] : []
      guard regions.contains(.uploads), context.isVisible else { return templates }
      return templates + reload(&state, context)
    case .done(.enqueued(let ids)):
      state.wizard = nil
      state.isOpen = false
      // The new rows must be in sight, whatever the list was narrowed to.
      state.text = ""
      state.group = .all
      state.list.restart()
      if let first = ids.first {
        state.list.select(id: first, height: height)
        state.focus = first
      }
      return reload(&state, context)
    case .loaded(.draft(let unfinished)):
      if state.wizard == nil { state.unfinished = unfinished }
    case .timer(.draftDue): state.awaitsDraftTimer = false
    case .failed(.load(.uploads), let text): state.problem = text
    case .failed(.perform(.enqueue), let text):
      state.wizard?.isQueueing = false
      state.wizard?.problem = text
    case .folder, .scan, .organised, .review, .failed(.scan, _), .failed(.folder, _):
      return receiveForWizard(&state, message)
    default: break
    }
    return []
  }

  // MARK: Doing

  private static func command(
    _ state: inout UploadsState, _ id: String, _ argument: String, _ context: inout PaneContext
  ) -> [Effect] {
    switch id {
    case "uploads.add":
      guard let unfinished = state.unfinished else { return startWizard(&state, argument, context) }
      offer(unfinished, argument, &context)
    case "uploads.open": return open(&state, context)
    case "uploads.show":
      cycleGroup(&state, by: 1)
      return narrow(&state, context)
    case "uploads.take-all":
      context.confirm(
        Confirmation(
          id: "uploads.take-all:", title: "Take over all uploads?",
          text: "Everything that waits for other users of your facility is then sent under your"
            + " login. The history of each upload keeps whose it was.", action: "Take over all"))
    default: break
    }
    guard let upload = state.target else { return [] }
    switch id {
    case "uploads.view":
      context.show(.viewer, then: .reveal(.images(.upload(upload.id))))
    case "uploads.pause":
      return [.perform(upload.state == .paused ? .resume(upload.id) : .pause(upload.id))]
    case "uploads.sooner": return [.perform(.move(upload.id, .up))]
    case "uploads.later": return [.perform(.move(upload.id, .down))]
    case "uploads.first": return [.perform(.move(upload.id, .first))]
    case "uploads.last": return [.perform(.move(upload.id, .last))]
    case "uploads.receipt": return [.saveReceipt(upload.id)]
    case "uploads.retry": return [.perform(.retry(upload.id))]
    default: ask(id, about: upload, state, &context)
    }
    return []
  }

  private static func cycleGroup(_ state: inout UploadsState, by step: Int) {
    let groups = UploadsState.Group.allCases
    let place = groups.firstIndex(of: state.group) ?? 0
    state.group = groups[((place + step) % groups.count + groups.count) % groups.count]
  }

  private static func open(_ state: inout UploadsState, _ context: PaneContext) -> [Effect] {
    guard !state.isOpen, let upload = state.list.selectedRow else { return [] }
    state.isOpen = true
    state.scroll = 0
    state.focus = upload.id
    return [.load(.upload(upload.id, fileLimit: fileLimit))]
  }

  /// Shows an upload that another pane knows of.
  private static func reveal(
    _ state: inout UploadsState, _ reference: Reference, _ context: inout PaneContext
  ) -> [Effect] {
    let id: UploadID?
    switch reference {
    case .upload(let wanted): id = wanted
    case .remoteUpload(let name): id = state.list.rows.first { $0.remoteID == name }?.id
    case .report, .teachingCase, .images: return []
    }
    guard let id else {
      context.toast("That upload is not in this list: it was sent elsewhere, or is far down.")
      return []
    }
    guard state.wizard?.holdsInput != true else {
      context.toast("Queue or leave the studies that you are adding first.", .waiting)
      return []
    }
    state.wizard = nil
    state.isOpen = true
    state.scroll = 0
    state.focus = id
    state.list.select(
      id: id, height: layout(state, context.area, context.layout).visibleRows)
    return [.load(.upload(id, fileLimit: fileLimit))]
  }

  private static func close(_ state: inout UploadsState) {
    state.isOpen = false
    state.scroll = 0
  }

  private static func move(
    _ state: inout UploadsState, _ move: ListMove, _ context: inout PaneContext
  ) -> [Effect] {
    if state.isOpen {
      state.scroll = Scrolling.moved(
        state.scroll, move, height: context.area.height, lines: openLineCount(state, context))
      return []
    }
    switch move {
    case .left, .right:
      cycleGroup(&state, by: move == .right ? 1 : -1)
      return narrow(&state, context)
    default:
      let height = layout(state, context.area, context.layout).visibleRows
      guard state.list.move(move, height: height) else { return [] }
      context.askForRest()
      return loadMore(&state, context)
    }
  }

  private static func click(
    _ state: inout UploadsState, _ mouse: Mouse, _ context: inout PaneContext
  ) -> [Effect] {
    guard !state.isOpen, mouse.action == .press, mouse.button == .left else { return [] }
    let place = layout(state, context.area, context.layout)
    let old = state.list.selected
    guard state.list.click(mouse.point, in: place.list, rowHeight: place.rowHeight) else {
      return []
    }
    if state.list.selected == old { return open(&state, context) }
    context.askForRest()
    return loadMore(&state, context)
  }
}
