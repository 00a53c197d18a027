import Domain
import Screen

extension UploadsPane {
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
