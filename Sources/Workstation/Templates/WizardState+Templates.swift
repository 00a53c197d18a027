import Domain
import Screen

/// Picking a template in the wizard, giving it to studies, taking it back.
extension WizardState {
  /// Takes what concerns templates; nil when the event is not about them.
  mutating func updateTemplates(_ event: PaneEvent, _ context: PaneContext) -> [Effect]? {
    switch event {
    case .command, .move, .back: desk.notice = nil
    default: break
    }
    guard desk.picker != nil else {
      switch event {
      case .command("uploads.template", _): openTemplates()
      case .command("uploads.template-undo", _): undoTemplate()
      default: return nil
      }
      return []
    }
    switch event {
    case .command("uploads.template-apply", _), .open: applySelected(toAll: false)
    case .command("uploads.template-all", _): applySelected(toAll: true)
    case .back: desk.picker = nil
    case .move(let move): movePicker(move, context)
    case .input(.mouse(let mouse)) where mouse.action == .press && mouse.button == .left:
      let place = TemplatePickerLayout(context.area)
      guard place.list.contains(mouse.point), let picker = desk.picker else { break }
      let row = picker.top + mouse.point.y - place.list.y
      guard picker.rows.indices.contains(row) else { break }
      if row == picker.selection { return applySelected(toAll: false) }
      desk.picker?.selection = row
    default: break
    }
    return []
  }

  private mutating func openTemplates() {
    guard step == .details, editing == nil else { return }
    guard let index = selectedChoice else {
      problem = "A template fills in a study: select one."
      return
    }
    problem = nil
    desk.picker = TemplateDesk.Picker(rows: desk.suggestions(for: choices[index]))
  }

  private mutating func movePicker(_ move: ListMove, _ context: PaneContext) {
    guard var picker = desk.picker else { return }
    let height = max(1, TemplatePickerLayout(context.area).list.height)
    let last = max(0, picker.rows.count - 1)
    let wanted =
      switch move {
      case .up: picker.selection - 1
      case .down: picker.selection + 1
      case .pageUp: picker.selection - max(1, height - 1)
      case .pageDown: picker.selection + max(1, height - 1)
      case .first: 0
      case .last: last
      case .left, .right, .nextPart, .previousPart: picker.selection
      }
    picker.selection = min(last, max(0, wanted))
    picker.top = Scrolling.kept(
      picker.top, selected: picker.selection, height: height, count: picker.rows.count)
    desk.picker = picker
  }

  @discardableResult
  private mutating func applySelected(toAll: Bool) -> [Effect] {
    guard let picker = desk.picker, picker.rows.indices.contains(picker.selection) else {
      return []
    }
    let template = picker.rows[picker.selection].template
    desk.picker = nil
    if toAll {
      applyToAll(template)
    } else if let index = selectedChoice {
      let outcome = give(template, to: index)
      desk.notice = outcome.words
      desk.remember([.init(study: choices[index].key, outcome: outcome)])
    }
    return []
  }

  /// Gives the template to every chosen study whose description its rule fits.
  private mutating func applyToAll(_ template: UploadTemplate) {
    var applied: [TemplateDesk.Applied] = []
    var unsuited = 0
    for index in chosen {
      let study = choices[index].scanned
      let fit = TemplateSuggestion(
        template, for: study.study, series: study.seriesDescriptions)
      guard fit.suits else {
        unsuited += 1
        continue
      }
      applied.append(.init(study: choices[index].key, outcome: give(template, to: index)))
    }
    desk.remember(applied)
    let kept = applied.count { !$0.outcome.kept.isEmpty }
    let studies = applied.count == 1 ? "1 study" : "\(applied.count) studies"
    desk.notice =
      "\(template.name) given to \(studies)"
      + (unsuited > 0 ? ", \(unsuited) not suited" : "")
      + (kept > 0 ? "; typed or too long, left: in \(kept)." : ".")
  }

  private mutating func give(_ template: UploadTemplate, to index: Int) -> TemplateOutcome {
    let outcome = template.applied(to: choices[index].values, of: choices[index].scanned.study)
    choices[index].values = outcome.after
    return outcome
  }

  /// Takes the last application back as a whole.
  private mutating func undoTemplate() {
    guard let applied = desk.takeLast() else { return }
    var changed = 0
    for one in applied {
      guard let index = choices.firstIndex(where: { $0.key == one.study }) else { continue }
      let undone = one.outcome.undone(in: choices[index].values)
      if one.outcome.leaves(something: undone) { changed += 1 }
      choices[index].values = undone
    }
    problem = nil
    desk.notice =
      "\(applied.first?.outcome.name ?? "") taken back."
      + (changed > 0 ? " What you changed since stays." : "")
  }
}

extension TemplateOutcome {
  /// True when something that the template filled is not what it was before.
  fileprivate func leaves(something now: StudyValues) -> Bool {
    filled.contains { field in
      var back = now
      back.restore(field, from: before)
      return back != now
    }
  }
}
