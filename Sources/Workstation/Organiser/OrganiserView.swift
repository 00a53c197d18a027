import Domain
import Screen

/// Draws the organiser; of long lists only what is in sight.
enum OrganiserView {
  static func draw(
    _ organiser: OrganiserState, area: Rect, into buffer: inout CellBuffer,
    _ context: ViewContext
  ) {
    let look = context.look
    let place = OrganiserLayout(area, organiser, context.layout)
    drawHeading(organiser, place, into: &buffer, context)
    buffer.fill(place.divider, style: look[.rule], character: "│")
    if !place.studies.isEmpty { drawStudies(organiser, place, into: &buffer, look) }
    if !place.images.isEmpty {
      if let editor = organiser.editor {
        drawEditor(editor, place, into: &buffer, look)
      } else {
        drawImages(organiser, place, into: &buffer, look)
      }
    }
    drawFoot(organiser, place, into: &buffer, look)
  }

  private static func drawHeading(
    _ organiser: OrganiserState, _ place: OrganiserLayout, into buffer: inout CellBuffer,
    _ context: ViewContext
  ) {
    let look = context.look
    let studies = organiser.model.containers.count { !$0.isEmpty }
    var facts = [
      look.span(
        "\(studies == 1 ? "1 study" : "\(Format.count(studies)) studies"), "
          + images(organiser.model.instances.count), .text)
    ]
    let blocked = organiser.flags.count { $0.objection != nil }
    if blocked > 0 {
      facts.append(
        look.span("   ! \(blocked == 1 ? "1 needs" : "\(blocked) need") you", .waiting))
    }
    Heading.draw("Organise", facts, into: &buffer, place.heading, look)
  }

  static func images(_ count: Int) -> String {
    count == 1 ? "1 image" : "\(Format.count(count)) images"
  }

  // MARK: Studies

  private static func drawStudies(
    _ organiser: OrganiserState, _ place: OrganiserLayout, into buffer: inout CellBuffer,
    _ look: Look
  ) {
    let isActive = organiser.part == .studies || organiser.aim != nil
    let title: String =
      switch organiser.aim {
      case .move: "Move \(images(OrganiserState.count(organiser.wanted))) to"
      case .merge: "Merge this study into"
      case nil: "Studies"
      }
    buffer.write(
      title, x: place.studiesTitle.x + 2, y: place.studiesTitle.y,
      width: place.studiesTitle.width - 2, style: look[organiser.aim == nil ? .heading : .accent])
    let selected = organiser.aim == nil ? organiser.study : organiser.aimAt
    for id in organiser.model.containers.indices.dropFirst(organiser.studyTop)
      .prefix(place.visibleStudies)
    {
      let y = place.studies.y + (id - organiser.studyTop) * OrganiserLayout.studyHeight
      let area = Rect(
        x: place.studies.x, y: y, width: place.studies.width,
        height: OrganiserLayout.studyHeight
      ).intersection(place.studies)
      drawStudy(
        organiser, id, isSelected: id == selected, isActive: isActive, area, into: &buffer, look)
    }
  }

  private static func drawStudy(
    _ organiser: OrganiserState, _ id: Int, isSelected: Bool, isActive: Bool, _ area: Rect,
    into buffer: inout CellBuffer, _ look: Look
  ) {
    guard !area.isEmpty else { return }
    let container = organiser.model.containers[id]
    let flags = organiser.flags[id]
    let isTarget = organiser.drag?.hasMoved == true && organiser.drag?.target == id
    if isSelected && isActive {
      if area.height > 1 { SelectionMarker.draw(into: &buffer, x: area.x, y: area.y + 1, look) }
      SelectionMarker.draw(into: &buffer, x: area.x, y: area.y, look)
    } else if isSelected {
      buffer.write("›", x: area.x, y: area.y, width: 1, style: look[.accent])
    }
    let x = area.x + 2
    let width = area.width - 2
    let count = images(container.count)
    buffer.write(
      count, x: x, y: area.y, width: width, style: look[container.isEmpty ? .dim : .text],
      align: .right)
    let name =
      container.hasIdentity
      ? PersonName.display(container.identity.patientName) : "New study"
    let role: TextRole = isTarget ? .accent : isSelected ? .selection : .bright
    buffer.write(
      (isTarget ? "→ " : "") + name, x: x, y: area.y, width: width - SafeText.width(count) - 2,
      style: look[role])
    guard area.height > 1 else { return }
    var right: [Span] = []
    if flags.rewritten > 0 {
      right.append(look.span("± \(Format.count(flags.rewritten)) changed", .accent))
    } else if !container.edited.isEmpty {
      right.append(look.span("±", .accent))
    }
    let rightWidth = right.reduce(0) { $0 + SafeText.width($1.text) }
    buffer.write(right, x: area.maxX - rightWidth, y: area.y + 1, width: rightWidth)
    let room = width - (rightWidth > 0 ? rightWidth + 2 : 0)
    buffer.write(
      [below(container, flags, look)], x: x, y: area.y + 1, width: room)
  }

  private static func below(
    _ container: OrganiserContainer, _ flags: ContainerFlags, _ look: Look
  ) -> Span {
    if flags.objection != nil {
      if flags.mixture.patients.count > 1 {
        return look.span("! \(flags.mixture.patients.count) patients", .waiting)
      }
      return look.span("! " + (flags.objection ?? ""), .waiting)
    }
    if flags.mixture.isMixed, flags.overrideReason != nil {
      return look.span("mixed, with a reason", .waiting)
    }
    guard container.hasIdentity else {
      return look.span("takes its data from the first image", .dim)
    }
    let identity = container.identity
    let day = identity.studyDate.isEmpty ? "no date" : Format.dicomDate(identity.studyDate)
    let title = identity.studyDescription.isEmpty ? "" : identity.studyDescription + "  "
    return look.span(title + day, .dim)
  }

  // MARK: Images

  private static func drawImages(
    _ organiser: OrganiserState, _ place: OrganiserLayout, into buffer: inout CellBuffer,
    _ look: Look
  ) {
    let name =
      organiser.container.map {
        $0.hasIdentity ? PersonName.display($0.identity.patientName) : "the new study"
      } ?? ""
    buffer.write(
      [look.span("Images of ", .heading), look.span(name, .bright)], x: place.imagesTitle.x + 2,
      y: place.imagesTitle.y, width: place.imagesTitle.width - 2)
    guard !organiser.rows.isEmpty else {
      EmptyState.draw(
        "No images", lines: ["Mark images in another study, then m moves them here."],
        into: &buffer, place.images, look)
      return
    }
    let chosen = organiser.chosen
    let isActive = organiser.part == .images && organiser.aim == nil
    let visible = organiser.rows.indices.dropFirst(organiser.rowTop).prefix(place.visibleImages)
    for row in visible {
      let y = place.images.y + row - organiser.rowTop
      let isSelected = isActive && row == organiser.row
      if isSelected { SelectionMarker.draw(into: &buffer, x: place.images.x, y: y, look) }
      let area = Rect(x: place.images.x + 2, y: y, width: place.images.width - 2, height: 1)
      switch organiser.rows[row] {
      case .series(let first, let count):
        drawSeries(organiser, first, count, isSelected: isSelected, area, into: &buffer, look)
      case .image(let index):
        drawImage(
          organiser, index, isMarked: chosen.contains(index), isSelected: isSelected, area,
          into: &buffer, look)
      }
    }
  }

  private static func drawSeries(
    _ organiser: OrganiserState, _ first: Int, _ count: Int, isSelected: Bool, _ area: Rect,
    into buffer: inout CellBuffer, _ look: Look
  ) {
    let instance = organiser.model.instances[first]
    let number = instance.seriesNumber.map { "Series \($0)" } ?? "Series"
    let words = [instance.modality, instance.seriesDescription].filter { !$0.isEmpty }
    let right = images(count)
    let room = area.width - SafeText.width(right) - 2
    buffer.write(
      [
        look.span(number, isSelected ? .selection : .heading),
        look.span("  " + words.joined(separator: " "), .dim),
      ], x: area.x, y: area.y, width: room)
    buffer.write(
      right, x: area.x, y: area.y, width: area.width, style: look[.dim], align: .right)
  }

  private static func drawImage(
    _ organiser: OrganiserState, _ index: Int, isMarked: Bool, isSelected: Bool, _ area: Rect,
    into buffer: inout CellBuffer, _ look: Look
  ) {
    let instance = organiser.model.instances[index]
    let fields = organiser.model.changedFields(of: index, in: organiser.study)
    var spans = [
      look.span(CheckRow.box(isMarked ? .on : .off) + " ", isMarked ? .accent : .dim),
      look.span(
        padded(instance.file.instanceNumber.map(String.init) ?? "–", 5),
        isSelected ? .selection : .text),
    ]
    let isOther = organiser.model.isOfAnotherPatient(index, in: organiser.study)
    if isOther {
      spans.append(
        look.span("! says " + PersonName.display(instance.found.patientName) + "  ", .waiting))
    }
    if instance.problem != nil {
      spans.append(look.span("cannot be read  ", .waiting))
    }
    if !fields.isEmpty {
      spans.append(look.span("± " + fields.map(\.word).joined(separator: ", ") + "  ", .accent))
    }
    if fields.isEmpty && !isOther {
      let name = instance.file.path.split(separator: "/").last.map(String.init) ?? ""
      spans.append(look.span(name, .dim))
    }
    buffer.write(spans, x: area.x, y: area.y, width: area.width)
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  // MARK: Editor and foot

  private static func drawEditor(
    _ editor: IdentityEditor, _ place: OrganiserLayout, into buffer: inout CellBuffer,
    _ look: Look
  ) {
    buffer.write(
      "What this study says when it is sent", x: place.imagesTitle.x, y: place.imagesTitle.y,
      width: place.imagesTitle.width, style: look[.heading])
    let label = min(19, place.images.width / 2)
    for (number, field) in IdentityEditor.order.enumerated() {
      let y = place.images.y + number
      guard y < place.images.maxY else { return }
      let isSelected = number == editor.index
      buffer.write(
        field.title, x: place.images.x, y: y, width: label - 2,
        style: look[isSelected ? .selection : .dim])
      if editor.isChanged(number) {
        buffer.write("±", x: place.images.x + label - 2, y: y, width: 1, style: look[.accent])
      }
      let area = Rect(
        x: place.images.x + label, y: y, width: max(0, place.images.width - label), height: 1)
      editor.fields[number].draw(
        placeholder: field == .studyInstanceUID ? "a new one" : "", focused: isSelected,
        into: &buffer, area, look)
    }
  }

  private static func drawFoot(
    _ organiser: OrganiserState, _ place: OrganiserLayout, into buffer: inout CellBuffer,
    _ look: Look
  ) {
    let foot = place.foot
    guard foot.height > 0 else { return }
    var first: [Span] = []
    let marked = OrganiserState.count(organiser.chosen)
    if organiser.editor != nil {
      first = [look.span("The files stay as they are: copies are sent. Enter keeps this.", .dim)]
    } else if let drag = organiser.drag, drag.hasMoved {
      let what = images(OrganiserState.count(drag.images))
      first = [look.span("Dragging \(what): let go over a study.", .accent)]
    } else if marked > 0 {
      first = [look.span("\(images(marked)) marked", .accent)]
    } else if organiser.flags.indices.contains(organiser.study) {
      let flags = organiser.flags[organiser.study]
      if let objection = flags.objection {
        first = [look.span("! " + objection, .waiting)]
      } else if let reason = flags.overrideReason, flags.mixture.isMixed {
        first = [look.span("Sent as one study, reason: \(reason)", .text)]
      } else if let container = organiser.container, container.hasIdentity {
        first = [look.span(container.identity.studyInstanceUID, .dim)]
      }
    }
    buffer.write(first, x: foot.x, y: foot.y, width: foot.width)
    let words = organiser.editor?.problem ?? organiser.problem
    if let words, foot.height > 1 {
      buffer.write(
        words, x: foot.x, y: foot.y + 1, width: foot.width,
        style: look[organiser.editor?.problem == nil ? .text : .waiting])
    }
  }
}
