import Domain
import Screen

extension SettingsPane {
  private static let listing: @Sendable (SettingsState) -> Bool = {
    $0.templates.isOpen && $0.templates.form == nil
  }

  static let templateCommands: [PaneCommand<SettingsState>] = [
    PaneCommand(
      "settings.templates", "templates", keys: [.character("t")],
      help: "Lists the templates of uploads, to make and to change them.",
      isShown: { !$0.templates.isOpen }),
    PaneCommand(
      "settings.template-new", "new", keys: [.character("a")],
      help: "Makes a template.", isShown: listing),
    PaneCommand(
      "settings.template-edit", "edit", keys: [Key(.enter)],
      help: "Changes the template.", isShown: listing, disabledReason: { $0.templates.refusal }),
    PaneCommand(
      "settings.template-delete", "delete", keys: [.character("x"), Key(.delete)],
      help: "Deletes the template, after a question.", isShown: listing,
      disabledReason: { $0.templates.refusal }),
    PaneCommand(
      "settings.template-undo", "bring back", keys: [.character("u")],
      help: "Brings the template back that was deleted last.",
      isShown: { listing($0) && $0.templates.deleted != nil }),
    PaneCommand(
      "settings.template-keep", "keep", keys: [Key(.enter)],
      help: "Keeps the template as it is written.",
      isShown: { $0.templates.form != nil }),
  ]

  /// Takes what concerns templates; nil when the event is for the settings.
  static func updateTemplates(
    _ state: inout SettingsState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect]? {
    state.templates.user = context.frame.user
    switch event {
    case .message(.loaded(.templates(let rows))):
      state.templates.receive(rows)
      return []
    case .message(.storeChanged(let regions)) where regions.contains(.templates):
      return context.isVisible ? [.load(.templates)] : []
    case .message(.done(.performed(.saveTemplate))):
      state.templates.handedOver = nil
      return []
    case .message(.failed(.perform(.saveTemplate), let text)):
      state.templates.form = state.templates.form ?? state.templates.handedOver
      state.templates.notice = text
      return []
    case .message(.failed(.perform(.deleteTemplate), let text)):
      state.templates.deleted = nil
      state.templates.notice = text
      return []
    case .message, .appeared: return nil
    default: break
    }
    guard state.templates.isOpen else {
      guard case .command("settings.templates", _) = event else { return nil }
      state.templates.isOpen = true
      return [.load(.templates)]
    }
    if state.templates.form != nil { return write(&state.templates, event, &context) }
    return list(&state.templates, event, &context)
  }

  private static func list(
    _ list: inout TemplateList, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] {
    let height = max(1, TemplatesLayout(context.area).list.height)
    switch event {
    case .back: list.isOpen = false
    case .move(let move):
      let last = max(0, list.rows.count - 1)
      list.selection = min(
        last, max(0, index(after: move, list.selection, count: list.rows.count, height: height)))
    case .command("settings.template-new", _):
      list.notice = nil
      list.form = TemplateForm(nil)
    case .open, .command("settings.template-edit", _): edit(&list)
    case .command("settings.template-delete", _):
      guard list.refusal == nil, let selected = list.selected else { break }
      context.confirm(
        Confirmation(
          id: "settings.template-delete", title: "Delete \(selected.template.name)?",
          text: selected.template.scope == .facility
            ? "It is deleted for everybody of the facility." : "It is deleted on all your devices.",
          action: "Delete"))
    case .answered("settings.template-delete", _):
      guard list.refusal == nil, let selected = list.selected else { break }
      list.deleted = selected
      list.notice = "\(selected.template.name) is deleted. It can be brought back."
      return [.perform(.deleteTemplate(selected.id))]
    case .command("settings.template-undo", _):
      guard let deleted = list.deleted else { break }
      list.deleted = nil
      list.notice = "\(deleted.template.name) is back."
      let template = deleted.template
      return [.perform(.saveTemplate(template.id, template.scope, template.values))]
    case .input(.mouse(let mouse)) where mouse.action == .press:
      let area = TemplatesLayout(context.area).list
      guard area.contains(mouse.point) else { break }
      let row = list.top + mouse.point.y - area.y
      guard list.rows.indices.contains(row) else { break }
      if row == list.selection { edit(&list) }
      list.selection = row
    default: break
    }
    list.top = Scrolling.kept(
      list.top, selected: list.selection, height: height, count: list.rows.count)
    return []
  }

  private static func edit(_ list: inout TemplateList) {
    guard let selected = list.selected else { return }
    if let refusal = list.refusal {
      list.notice = refusal.prefix(1).uppercased() + refusal.dropFirst() + "."
      return
    }
    list.notice = nil
    list.form = TemplateForm(selected.template)
  }

  private static func write(
    _ list: inout TemplateList, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] {
    guard var form = list.form else { return [] }
    switch event {
    case .back:
      guard form.isChanged else {
        list.form = nil
        return []
      }
      context.confirm(
        Confirmation(
          id: "settings.template-leave", title: "Leave the template?",
          text: "What you wrote would be lost. Enter in the form keeps it.", action: "Leave"))
    case .answered("settings.template-leave", _): list.form = nil
    case .command("settings.template-keep", _), .open, .input(.key(Key(.enter))):
      guard form.check(others: list.rows) else {
        list.form = form
        return []
      }
      list.form = nil
      list.handedOver = form
      list.notice = "\(form.values[.name]) is kept."
      return [.perform(.saveTemplate(form.id, form.scope, form.values))]
    case .input(.key(let key)):
      form.handle(key, user: context.frame.user)
      list.form = form
    case .input(.paste(let text)):
      form.paste(text)
      list.form = form
    default: break
    }
    return []
  }

  private static func index(after move: ListMove, _ place: Int, count: Int, height: Int) -> Int {
    switch move {
    case .up: place - 1
    case .down: place + 1
    case .first: 0
    case .last: count - 1
    case .pageUp: place - max(1, height - 1)
    case .pageDown: place + max(1, height - 1)
    case .left, .right, .nextPart, .previousPart: place
    }
  }
}
