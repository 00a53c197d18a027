import Domain
import Screen

/// What happens to the organiser: keys, mouse, answers.
enum OrganiserUpdate {
  /// How it is left.
  enum End { case stays, done, left }

  static func update(
    _ organiser: inout OrganiserState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> End {
    switch event {
    case .command("uploads.organise-done", _), .command("uploads.organise-here", _), .open:
      guard organiser.aim == nil else {
        organiser.reach()
        break
      }
      return .done
    case .command(let id, _): command(&organiser, id, &context)
    case .move(let move): self.move(&organiser, move)
    case .back:
      if organiser.editor != nil {
        organiser.editor = nil
      } else if organiser.aim != nil {
        organiser.aim = nil
      } else if organiser.rangeStart != nil || OrganiserState.count(organiser.marked) > 0 {
        organiser.clearMarks()
      } else if organiser.isChanged {
        context.confirm(
          Confirmation(
            id: "organise.leave", title: "Leave without the changes?",
            text: "What was moved and changed here would be forgotten. Enter takes it over"
              + " instead. The files stay as they are in any case.", action: "Leave"))
      } else {
        return .left
      }
    case .answered("organise.leave", _):
      organiser.abandon()
      return .left
    case .answered(let id, let text):
      let parts = id.split(separator: ":")
      if parts.first == "organise.reason", let study = parts.last.flatMap({ Int($0) }) {
        organiser.giveReason(text, for: study)
      }
    case .input(let input): self.input(&organiser, input, context)
    default: break
    }
    keepInSight(&organiser, context)
    return .stays
  }

  private static func command(
    _ organiser: inout OrganiserState, _ id: String, _ context: inout PaneContext
  ) {
    organiser.problem = nil
    switch id {
    case "uploads.organise-mark": organiser.toggleMark()
    case "uploads.organise-range": organiser.toggleRange()
    case "uploads.organise-move": organiser.take(aim: .move)
    case "uploads.organise-merge": organiser.take(aim: .merge)
    case "uploads.organise-new": organiser.newStudy()
    case "uploads.organise-split": organiser.split()
    case "uploads.organise-undo": organiser.undo()
    case "uploads.organise-redo": organiser.redo()
    case "uploads.organise-edit": organiser.edit()
    case "uploads.organise-keep": organiser.keepEdited()
    case "uploads.organise-reason":
      let flags = organiser.flags[organiser.study]
      context.prompt(
        Prompt(
          id: "organise.reason:\(organiser.study)", title: "Send them as one study",
          text: "\(flags.mixture.words ?? ""). Say why they belong together; the reason is kept in"
            + " the upload's history.", initial: flags.overrideReason ?? "", limit: 200))
    default: break
    }
  }

  private static func move(_ organiser: inout OrganiserState, _ move: ListMove) {
    let page = 10
    func moved(_ value: Int, _ count: Int, by page: Int) -> Int {
      let wanted =
        switch move {
        case .up: value - 1
        case .down: value + 1
        case .pageUp: value - page
        case .pageDown: value + page
        case .first: 0
        case .last: count - 1
        case .left, .right, .nextPart, .previousPart: value
        }
      return min(max(0, wanted), max(0, count - 1))
    }
    let studies = organiser.model.containers.count
    if organiser.aim != nil {
      organiser.aimAt = moved(organiser.aimAt, studies, by: page)
      return
    }
    switch move {
    case .left: organiser.part = .studies
    case .right: organiser.part = .images
    case .nextPart, .previousPart:
      organiser.part = organiser.part == .studies ? .images : .studies
    default:
      if organiser.part == .studies {
        organiser.show(moved(organiser.study, studies, by: page))
      } else {
        organiser.row = moved(organiser.row, organiser.rows.count, by: page * 2)
      }
    }
  }

  private static func keepInSight(_ organiser: inout OrganiserState, _ context: PaneContext) {
    let place = OrganiserLayout(context.area, organiser, context.layout)
    organiser.studyTop = Scrolling.kept(
      organiser.studyTop, selected: organiser.aim == nil ? organiser.study : organiser.aimAt,
      height: place.visibleStudies, count: organiser.model.containers.count)
    organiser.rowTop = Scrolling.kept(
      organiser.rowTop, selected: organiser.row, height: place.visibleImages,
      count: organiser.rows.count)
  }

  // MARK: Keys and mouse

  private static func input(
    _ organiser: inout OrganiserState, _ input: InputEvent, _ context: PaneContext
  ) {
    switch input {
    case .key(let key) where organiser.editor != nil:
      if key.code == .enter { organiser.keepEdited() } else { organiser.editor?.handle(key) }
    case .paste(let text): organiser.editor?.paste(text)
    case .mouse(let mouse): self.mouse(&organiser, mouse, context)
    default: break
    }
  }

  /// The study below a point.
  private static func study(
    _ point: Point, _ organiser: OrganiserState, _ place: OrganiserLayout
  ) -> Int? {
    guard place.studies.contains(point) else { return nil }
    let id = organiser.studyTop + (point.y - place.studies.y) / OrganiserLayout.studyHeight
    return organiser.model.containers.indices.contains(id) ? id : nil
  }

  private static func mouse(
    _ organiser: inout OrganiserState, _ mouse: Mouse, _ context: PaneContext
  ) {
    let place = OrganiserLayout(context.area, organiser, context.layout)
    switch mouse.action {
    case .wheelUp, .wheelDown:
      wheel(&organiser, mouse, place)
    case .press where mouse.button == .left: press(&organiser, mouse.point, place)
    case .drag:
      guard var drag = organiser.drag else { return }
      if mouse.point != drag.start { drag.hasMoved = true }
      drag.target = study(mouse.point, organiser, place)
      organiser.drag = drag
    case .release:
      guard let drag = organiser.drag else { return }
      organiser.drag = nil
      guard drag.hasMoved, let target = study(mouse.point, organiser, place) else { return }
      organiser.move(drag.images, to: target)
    case .press: break
    }
  }

  private static func wheel(
    _ organiser: inout OrganiserState, _ mouse: Mouse, _ place: OrganiserLayout
  ) {
    let step = mouse.action == .wheelUp ? -1 : 1
    if place.images.contains(mouse.point), organiser.editor == nil {
      organiser.row = min(max(0, organiser.row + 3 * step), max(0, organiser.rows.count - 1))
    } else if place.studies.contains(mouse.point), organiser.aim == nil {
      organiser.show(
        min(max(0, organiser.study + step), max(0, organiser.model.containers.count - 1)))
    }
  }

  private static func press(
    _ organiser: inout OrganiserState, _ point: Point, _ place: OrganiserLayout
  ) {
    if organiser.editor != nil {
      if place.images.contains(point) { organiser.editor?.select(point.y - place.images.y) }
      return
    }
    if let id = study(point, organiser, place) {
      if organiser.aim != nil {
        organiser.aimAt = id
        organiser.reach()
      } else {
        organiser.part = .studies
        organiser.show(id)
      }
      return
    }
    guard place.images.contains(point), organiser.aim == nil else { return }
    let row = organiser.rowTop + point.y - place.images.y
    guard organiser.rows.indices.contains(row) else { return }
    organiser.part = .images
    // A click on the box marks; anywhere else it selects, and may begin to drag.
    if point.x < place.images.x + 5, case .image = organiser.rows[row] {
      organiser.row = row
      organiser.toggleMark()
      organiser.row = row
      return
    }
    organiser.row = row
    let own = organiser.images(ofRow: row)
    let marked = organiser.chosen
    // One of the marked takes all of them along.
    let takesAll = !marked.intersection(own).ranges.isEmpty
    organiser.drag = OrganiserState.Drag(images: takesAll ? marked : own, start: point)
  }
}
