import Domain
import Screen

/// What is asked before something is done to an upload, and what follows from the answer.
extension UploadsPane {
  static func ask(
    _ command: String, about upload: Upload, _ state: UploadsState, _ context: inout PaneContext
  ) {
    switch command {
    case "uploads.take":
      context.confirm(
        Confirmation(
          id: "uploads.take:\(upload.id)", title: "Take this upload over?",
          text: "\(upload.owner) queued \(PersonName.display(upload.study.patientName)),"
            + " \(StudyWords.title(upload.study)). It is then sent under your login; its history"
            + " keeps whose it was.", action: "Take over"))
    case "uploads.pause-for":
      context.prompt(
        Prompt(
          id: "uploads.pause-for:\(upload.id)", title: "Pause for a time",
          text: "How long (4h, 90m, 1h30m) or until which time of day (23:00)? It goes on by itself"
            + " then; nothing sent is lost.", initial: "4h", limit: 20))
    case "uploads.level": askForLevel(of: upload, &context)
    case "uploads.cancel":
      let name = PersonName.display(upload.study.patientName)
      context.confirm(
        Confirmation(
          id: "uploads.cancel:\(upload.id)", title: "Give this upload up?",
          text: "\(name), \(StudyWords.title(upload.study)): \(Format.count(upload.fileCount))"
            + " images, \(Format.percent(upload.sentBytes, of: upload.byteCount)) sent. The files"
            + " stay where they are.",
          action: "Give up"))
    case "uploads.forget":
      let name = PersonName.display(upload.study.patientName)
      let copies =
        state.detail?.upload.id == upload.id ? copiesWords(state.detail?.copies) : nil
      let risk =
        upload.state == .unproven
        ? " Nobody has proven that the PACS has it: look there first." : ""
      context.confirm(
        Confirmation(
          id: "uploads.forget:\(upload.id)", title: "Forget this upload?",
          text: "\(name), \(StudyWords.title(upload.study)): its record and history"
            + "\(copies.map { " and \($0)" } ?? "") are removed.\(risk) Files that were sent from"
            + " where they lie stay.",
          action: "Forget"))
    case "uploads.force":
      context.prompt(
        Prompt(
          id: "uploads.force:\(upload.id)", title: "Send the duplicate",
          text: "The gateway has this study already. Say why it is to be sent again; the gateway's"
            + " audit log keeps the reason.", limit: UploadReason.textLimit))
    default: break
    }
  }

  /// Questions carry the upload's id: the selection may have moved meanwhile.
  static func answered(
    _ state: inout UploadsState, _ question: String, _ text: String, _ context: inout PaneContext
  ) -> [Effect] {
    if question == "uploads.take-all:" { return [.perform(.takeOverAll)] }
    let parts = question.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      .map(String.init)
    guard parts.count == 2 else { return [] }
    switch parts[0] {
    case "uploads.unfinished":
      return text.isEmpty ? resume(&state, context) : beginAnew(&state, parts[1], context)
    case "uploads.pause-for":
      guard let term = PauseTerm(text, now: context.now, calendar: context.calendar) else {
        context.toast("\(text) is no time: write 4h, 90m or 23:00.", .waiting)
        return []
      }
      return [.perform(.pause(UploadID(parts[1]), term: term))]
    case "uploads.level", "uploads.level-history":
      return levelAnswered(state, parts[0], parts[1], text, &context)
    case "uploads.take": return [.perform(.takeOver(UploadID(parts[1])))]
    case "uploads.cancel": return [.perform(.cancel(UploadID(parts[1])))]
    case "uploads.forget": return [.perform(.forget(UploadID(parts[1])))]
    case "uploads.force": return [.perform(.force(UploadID(parts[1]), reason: text))]
    default: return []
    }
  }

  /// `12 copies of its files (3.1 MB)`; nil when there is none.
  static func copiesWords(_ copies: SpoolCopies?) -> String? {
    guard let copies, copies.files > 0 else { return nil }
    let files = copies.files == 1 ? "1 copy" : "\(Format.count(copies.files)) copies"
    return "\(files) of its files (\(Format.bytes(copies.bytes)))"
  }

  /// Asks which service level an upload is to have.
  static func askForLevel(of upload: Upload, _ context: inout PaneContext) {
    context.prompt(
      Prompt(
        id: "uploads.level:\(upload.id)", title: "Another service level",
        text: "It is \(upload.serviceLevel.title). stat, emergency, subspecialty or routine? It"
          + " changes at the next chunk; nothing is sent again.",
        initial: upload.serviceLevel == .stat ? "" : "stat", limit: 20))
  }

  /// The level, or the clinical history that it needs: the id of that question ends with the level.
  static func levelAnswered(
    _ state: UploadsState, _ question: String, _ rest: String, _ text: String,
    _ context: inout PaneContext
  ) -> [Effect] {
    if question == "uploads.level-history" {
      let parts = rest.split(separator: ":").map(String.init)
      guard parts.count == 2, let level = ServiceLevel(rawValue: parts[1]) else { return [] }
      return [.perform(.setLevel(UploadID(parts[0]), level, history: text))]
    }
    let typed = text.lowercased()
    let found = ServiceLevel.allCases.filter { $0.rawValue.hasPrefix(typed) }
    guard found.count == 1, let level = found.first else {
      context.toast(
        "\(text) is no service level: stat, emergency, subspecialty, routine.", .waiting)
      return []
    }
    let id = UploadID(rest)
    let upload = state.list.rows.first { $0.id == id } ?? state.focused
    guard level.needsClinicalHistory(for: context.frame.user), let upload, upload.id == id,
      upload.clinicalHistory.allSatisfy(\.isWhitespace)
    else { return [.perform(.setLevel(id, level))] }
    context.prompt(
      Prompt(
        id: "uploads.level-history:\(id):\(level.rawValue)", title: "Clinical history",
        text: "\(level.title) needs one: what, since when, question. The radiologist reads it.",
        limit: 500))
    return []
  }
}
