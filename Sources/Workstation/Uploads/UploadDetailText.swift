import Domain
import Screen

extension UploadsPane {
  /// The upload beside or below the list: who, what, how far, what next.
  static func detailText(
    _ upload: Upload, _ detail: UploadDetail?, width: Int, _ context: ViewContext
  ) -> StyledText {
    let look = context.look
    let words = words(upload, context)
    let study = upload.study
    var text = StyledText()
    guard width > 0 else { return text }

    var who = [[look.span(PersonName.display(study.patientName), .bright)]]
    who += StudyWords.patientFacts(study).map { [look.span($0, .text)] }
    if !study.accessionNumber.isEmpty {
      who.append([look.span("accession \(study.accessionNumber)", .text)])
    }
    text.lines += Facts.flow(who, width: width)

    let series = study.seriesCount == 1 ? "1 series" : "\(Format.count(study.seriesCount)) series"
    text.lines += Facts.flow(
      [
        [look.span(StudyWords.title(study), .text)], [look.span(StudyWords.moment(study), .dim)],
        [look.span(series, .dim)],
        [look.span("\(Format.count(upload.fileCount)) images", .dim)],
        [LevelWord.span(upload.serviceLevel, look)],
      ], width: width)
    if context.layout != .standard { text.addBlank() }
    text.lines += progressLines(words, width: width, look)
    if context.layout != .standard { text.addBlank() }

    let standing = words.standing
    let isCalm = !words.state.needsPerson && words.state != .unproven
    text.add([
      look.span("\(standing.glyph) \(standing.word)", standing.role)
    ])
    if let last = text.lines.popLast() {
      let room = width - (last.first.map { SafeText.width($0.text) } ?? 0) - 2
      let sentence = Wrapping.lines(words.nextStep, columns: max(10, room))
      text.lines.append(
        last + [look.span("  " + (sentence.first ?? ""), isCalm ? .dim : .text)])
      let margin = String(repeating: " ", count: max(0, width - room))
      for line in sentence.dropFirst() {
        text.add([look.span(margin + line, isCalm ? .dim : .text)])
      }
    }
    guard let detail, detail.upload.id == upload.id else { return text }
    if upload.state.mayBeForgotten, let copies = copiesWords(detail.copies) {
      text.add([look.span("\(copies) kept here until you forget it (D)", .text)])
    }
    if context.layout == .standard {
      if let line = detail.log.first { text.add(logLine(line, context)) }
    } else {
      if !upload.clinicalHistory.isEmpty {
        text.addBlank()
        text.add([look.span("Clinical history", .heading)])
        text.add(upload.clinicalHistory, style: look[.text], columns: width)
      }
      addFiles(detail, width: width, limit: 12, to: &text, look)
      addLog(detail, limit: 20, to: &text, context)
    }
    return text
  }

  /// Sent, stored, proven: three numbers that must not be mixed up, and the bar of bytes.
  private static func progressLines(
    _ words: UploadWords, width: Int, _ look: Look
  ) -> [[Span]] {
    let upload = words.upload
    let column = 9
    let total = Format.count(upload.fileCount)
    let bytes = Format.bytes(words.sentBytes, of: upload.byteCount)
    let isAll = upload.verifiedFiles >= upload.fileCount && upload.fileCount > 0
    let isProven = words.state.isProven && isAll
    let barWidth = max(0, min(32, width - column - 8))
    let filled = ProgressBar.filled(words.fraction, columns: barWidth)
    let rest = max(0, barWidth - SafeText.width(filled))
    let bar = [
      look.span(filled, isProven ? .proven : .chart),
      look.span(String(repeating: "·", count: rest), .track),
      look.span("  \(words.percent)", .text),
    ]
    let inPACS = look.span(
      "\(Format.count(upload.verifiedFiles)) of \(total)", isProven ? .proven : .text)
    var lines = Facts.flow(
      [
        Facts.labelled("sent", [look.span(bytes, .text)], column: column, look),
        [look.span(words.resumeEvidence, .dim)],
      ], width: width)
    lines += Facts.flow(
      [
        Facts.labelled(
          "stored", [look.span("\(Format.count(upload.storedFiles)) of \(total)", .text)],
          column: column, look),
        [look.span("in PACS ", .dim), inPACS],
      ], width: width)
    lines.append(Facts.labelled("", bar, column: column, look))
    return lines
  }

  private static func logLine(_ line: UploadDetail.LogLine, _ context: ViewContext) -> [Span] {
    let look = context.look
    return [look.span(context.time(line.at) + "  ", .dim), look.span(line.text, .dim)]
  }

  /// What happened, newest first.
  static func addLog(
    _ detail: UploadDetail, limit: Int = .max, to text: inout StyledText, _ context: ViewContext
  ) {
    guard !detail.log.isEmpty else { return }
    text.addBlank()
    text.add([context.look.span("What happened", .heading)])
    for line in detail.log.prefix(limit) { text.add(logLine(line, context)) }
  }

  /// Files with their proof: failed ones first, as the store answers them.
  static func addFiles(
    _ detail: UploadDetail, width: Int, limit: Int = .max, to text: inout StyledText, _ look: Look
  ) {
    guard !detail.files.isEmpty else { return }
    text.addBlank()
    let shown = min(detail.files.count, limit)
    let note =
      shown < detail.upload.fileCount
      ? "Files   \(Format.count(shown)) of \(Format.count(detail.upload.fileCount)), failed first"
      : "Files   \(Format.count(shown))"
    text.add([look.span(note, .heading)])
    let digestWidth = width >= 150 ? 64 : width >= 72 ? 12 : 0
    let nameWidth = max(8, min(60, width - 12 - 9 - (digestWidth > 0 ? digestWidth + 2 : 0) - 2))
    for file in detail.files.prefix(limit) {
      let standing = UploadStanding(file.state)
      var line = [
        look.span(padded("\(standing.glyph) \(standing.word)", 12), standing.role),
        look.span(padded(PathText.name(file.path), nameWidth, cut: .middle), .text),
        look.span(padded(Format.bytes(file.byteCount), 9, align: .right), .dim),
      ]
      if digestWidth > 0 {
        line.append(
          look.span(
            "  " + (file.sha256.map { String($0.prefix(digestWidth)) } ?? "not read yet"), .dim))
      }
      text.add(line)
      if !file.reason.isEmpty {
        for reason in Wrapping.lines(file.reason, columns: max(10, width - 12)) {
          text.add([look.span(String(repeating: " ", count: 12) + reason, .alarm)])
        }
      }
    }
  }

  /// Text in exactly so many columns.
  static func padded(
    _ text: String, _ columns: Int, align: Alignment = .left, cut: Truncation = .end
  ) -> String {
    let fitted = Fitting.fit(text, into: columns, cut: cut)
    let blanks = String(repeating: " ", count: max(0, columns - fitted.width))
    return align == .right ? blanks + fitted.text : fitted.text + blanks
  }
}
