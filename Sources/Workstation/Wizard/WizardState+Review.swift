import Domain
import Screen

extension WizardState {
  /// Shows the review, and asks what was sent before.
  mutating func beginReview() -> [Effect] {
    show(.review)
    let subjects = chosen.map { ReviewSubject(key: choices[$0].key, draft: draft(of: $0)) }
    review.begin(subjects)
    return [.estimate, .review(subjects)]
  }

  /// What is known of a study's earlier sendings; nil before the answer.
  func finding(_ choice: StudyChoice) -> ReviewState.Finding? { review.findings[choice.key] }

  /// Images and bytes that go out, and bytes that are copied first, as far as is known by now.
  var toBeSent: (images: Int, bytes: Int64, copied: Int64) {
    chosen.reduce(into: (0, 0, 0)) { sum, index in
      let choice = choices[index]
      let finding = review.reasons[choice.key] == nil ? finding(choice) : nil
      sum.0 += finding?.images ?? choice.scanned.files.count
      sum.1 = sum.1.addingReportingOverflow(finding?.byteCount ?? choice.byteCount).partialValue
      let copied = finding?.copiedByteCount ?? review.copied[choice.key] ?? 0
      sum.2 = sum.2.addingReportingOverflow(copied).partialValue
    }
  }

  /// Takes an answer; what was to be queued when all are there, is.
  mutating func receive(_ answer: ReviewAnswer) -> [Effect] {
    review.receive(answer)
    guard answer == .finished, review.awaitsQueue, step == .review else { return [] }
    return next()
  }

  /// Takes the selected study out; the list of studies brings it back.
  mutating func takeOut() {
    problem = nil
    guard !isQueueing, let index = selectedChoice else { return }
    choices[index].isChecked = false
    selection = max(0, min(selection, chosen.count - 1))
    top = min(top, selection)
    if chosen.isEmpty { problem = "Nothing is chosen any more. Esc goes back." }
  }

  /// The question why the selected study is sent although it was sent before; nil when there is no
  /// such study. A reason that was given already is taken back.
  mutating func forcePrompt() -> Prompt? {
    problem = nil
    guard let index = selectedChoice else { return nil }
    let choice = choices[index]
    if review.reasons.removeValue(forKey: choice.key) != nil { return nil }
    guard let verdict = finding(choice)?.summary.verdict, verdict != .new else {
      problem = "Nothing of this study is known to have been sent before: all of it is sent."
      return nil
    }
    return Prompt(
      id: "wizard.force:" + choice.key, title: "Send all images again",
      text: "Say why \(PersonName.display(effective(index).patientName)),"
        + " \(StudyWords.title(effective(index))) is to be sent although it was sent before. The"
        + " gateway's audit log keeps the reason.", limit: UploadReason.textLimit)
  }

  /// Takes the answer to ``forcePrompt()``; false when the question was another one.
  mutating func answerForce(_ question: String, _ text: String) -> Bool {
    guard question.hasPrefix("wizard.force:") else { return false }
    let key = String(question.dropFirst("wizard.force:".count))
    if choices.contains(where: { $0.key == key }) { review.reasons[key] = text }
    return true
  }

  /// True when a person has to say what becomes of the study.
  private func isUndecided(_ index: Int) -> Bool {
    let choice = choices[index]
    guard review.reasons[choice.key] == nil else { return false }
    if case .conflict? = finding(choice)?.summary.verdict { return true }
    return false
  }

  /// What goes into the queue, or the words on why nothing can.
  mutating func handover() -> [StudyDraft]? {
    if review.isAsking, !review.awaitsQueue {
      review.awaitsQueue = true
      problem = "Comparing with what was sent before; queued when that is done. Enter: at once."
      return nil
    }
    let chosen = chosen
    if let row = chosen.firstIndex(where: { isUndecided($0) }) {
      selection = row
      let name = PersonName.display(effective(chosen[row]).patientName)
      problem =
        "\(name): same identifiers, other contents. F sends all with a reason, Space leaves"
        + " it out."
      return nil
    }
    let missing = review.estimate?.shortage(for: toBeSent.copied) ?? 0
    guard missing == 0 else {
      problem =
        "\(Format.bytes(missing)) too little room for the copies. Free space, or take a study"
        + " out with Space."
      return nil
    }
    let drafts = chosen.compactMap { review.handover(draft(of: $0), key: choices[$0].key) }
    guard !drafts.isEmpty else {
      problem = "All of it was sent before. F sends it all the same, with a reason."
      return nil
    }
    return drafts
  }
}
