import Domain
import Screen

/// One upload as a row of the list, in one line or two.
struct UploadRow {
  let words: UploadWords
  let look: Look

  init(_ words: UploadWords, _ look: Look) {
    self.words = words
    self.look = look
  }

  private var upload: Upload { words.upload }
  private var name: String { PersonName.display(upload.study.patientName) }

  static func table(width: Int) -> Table {
    Table(
      columns: [
        TableColumn("Patient", .flexible(5), minimum: 12),
        TableColumn("Study", .flexible(4), dropOrder: 2, minimum: 12),
        TableColumn("Level", .fixed(width >= 100 ? 12 : 9), dropOrder: 3),
        TableColumn("Images", .fixed(6), align: .right, dropOrder: 1),
        TableColumn("State", .flexible(6), minimum: 14),
      ], width: width)
  }

  func values(_ table: Table, isSelected: Bool) -> [Table.Value] {
    let level = LevelWord.span(
      upload.serviceLevel, short: (table.places[2]?.count ?? 0) < 12, look)
    return [
      Table.Value(name, look[isSelected ? .selection : .bright]),
      Table.Value(StudyWords.title(upload.study), look[.text]),
      Table.Value([level]),
      Table.Value(Format.count(upload.fileCount), look[.text]),
      Table.Value(stateSpans(width: table.places[4]?.count ?? 0)),
    ]
  }

  /// Glyph, word and what comes next, as much as fits. Where it is narrow, what a person must know
  /// takes the place of the word.
  func stateSpans(width: Int) -> [Span] {
    let standing = words.standing
    let head = look.span("\(standing.glyph) \(standing.word)", standing.role)
    let headWidth = SafeText.width(head.text)
    let tailRole: TextRole = isReason || words.state == .sending ? .text : .dim
    let glyphWidth = SafeText.width(standing.glyph) + 1
    for tail in words.tails {
      let tailWidth = SafeText.width(tail)
      // A reason that says the word itself is not said twice.
      let saysItself = words.state == .unproven || tail.hasPrefix(standing.word)
      if !saysItself, headWidth + 2 + tailWidth <= width {
        return [head, look.span("  " + tail, tailRole)]
      }
      if isReason || saysItself, glyphWidth + tailWidth <= width {
        return [look.span("\(standing.glyph) \(tail)", standing.role)]
      }
    }
    guard words.state == .failed || words.state == .held, let reason = words.tails.last else {
      return [head]
    }
    return [look.span("\(standing.glyph) \(reason)", standing.role)]
  }

  /// True when what stands behind the word matters more than the word.
  private var isReason: Bool {
    switch words.state {
    case .failed, .held, .unproven, .queued: true
    default: false
    }
  }

  /// Two lines for narrow screens: name and state, study and what comes next.
  func drawTwoLines(isSelected: Bool, into buffer: inout CellBuffer, _ inner: Rect) {
    let standing = words.standing
    var right = [look.span("\(standing.glyph) \(shortState)", standing.role)]
    if upload.serviceLevel.needsClinicalHistory {
      right += [look.span("  ", .text), LevelWord.span(upload.serviceLevel, look)]
    }
    let rightWidth = min(inner.width, right.reduce(0) { $0 + SafeText.width($1.text) })
    buffer.write(
      name, x: inner.x, y: inner.y, width: inner.width - rightWidth - 2,
      style: look[isSelected ? .selection : .bright])
    buffer.write(right, x: inner.maxX - rightWidth, y: inner.y, width: rightWidth)
    guard inner.height > 1 else { return }
    let images = Format.count(upload.fileCount) + " img"
    let next = secondLine
    let study = StudyWords.title(upload.study)
    // The study keeps a third of the line; what comes next is cut before it.
    let nextRoom = max(0, inner.width - min(SafeText.width(study), inner.width / 3) - 2)
    let nextWidth = min(SafeText.width(next), nextRoom)
    let imagesWidth = SafeText.width(images)
    var left = inner.width - (nextWidth > 0 ? nextWidth + 2 : 0)
    let showsImages = left >= imagesWidth + 10
    if showsImages { left -= imagesWidth + 2 }
    let used = buffer.write(
      study, x: inner.x, y: inner.y + 1, width: left, style: look[.dim])
    if showsImages {
      buffer.write(images, x: inner.x + used + 2, y: inner.y + 1, style: look[.dim])
    }
    buffer.write(
      next, x: inner.maxX - nextWidth, y: inner.y + 1, width: nextWidth,
      style: look[words.state.needsPerson ? standing.role : .dim])
  }

  private var shortState: String {
    switch words.state {
    case .sending: words.percent
    case .verified, .committed: words.tails.last ?? words.standing.word
    default: words.standing.word
    }
  }

  private var secondLine: String {
    switch words.state {
    case .sending: words.timeLeft.map { $0 + " left" } ?? ""
    case .verified, .committed: ""
    default: words.tails.first ?? ""
    }
  }
}
