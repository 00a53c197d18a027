import Domain
import Screen

/// The words of the review step.
enum ReviewWords {
  /// What of a study was sent before, in a column.
  static func short(_ choice: StudyChoice, _ wizard: WizardState, _ look: Look) -> Span {
    if wizard.review.reasons[choice.key] != nil { return look.span("all, forced", .waiting) }
    guard let summary = wizard.finding(choice)?.summary else {
      return look.span(wizard.review.isAsking ? "comparing…" : "not known", .dim)
    }
    switch summary.verdict {
    case .new where summary.similarAt != nil: return look.span("looks alike", .waiting)
    case .new: return look.span("new", .dim)
    case .append(let new, let all): return look.span("\(new) new of \(all)", .text)
    case .alreadyThere: return look.span("already there", .waiting)
    case .conflict: return look.span("! conflict", .alarm)
    }
  }

  /// The sentence on the selected study.
  static func selected(_ wizard: WizardState, _ context: ViewContext) -> [Span] {
    let look = context.look
    guard let index = wizard.selectedChoice else { return [] }
    let choice = wizard.choices[index]
    if let reason = wizard.review.reasons[choice.key] {
      return [look.span("All images are sent again, reason: \(reason)", .waiting)]
    }
    guard let summary = wizard.finding(choice)?.summary else {
      return [
        look.span(
          wizard.review.isAsking
            ? "Comparing with what was sent before…" : "Not compared with what was sent before.",
          .dim)
      ]
    }
    let words = summary.sentence {
      Format.time($0, now: context.now, calendar: context.calendar)
    }
    var isUrgent = false
    if case .conflict = summary.verdict { isUrgent = true }
    var spans = [
      look.span(
        words ?? "Nothing of this study was sent before",
        isUrgent ? .alarm : words == nil ? .dim : .text)
    ]
    if let caution = summary.caution { spans.append(look.span("; \(caution)", .waiting)) }
    return spans
  }

  /// Where it goes, when, and how much.
  static func destination(_ wizard: WizardState, _ context: ViewContext) -> [Span] {
    let look = context.look
    let (images, bytes, _) = wizard.toBeSent
    let amount = "\(Format.count(images)) images, \(Format.bytes(bytes))"
    let server = context.frame.server
    switch context.connection {
    case .online, .connecting:
      return [
        look.span(amount, .text),
        look.span(
          server.isEmpty ? ": sending begins at once" : " to \(server): sending begins at once",
          .dim),
      ]
    case .loggedOut:
      return [
        look.span(amount, .text),
        look.span(": nobody is logged in, it waits here for the next login", .dim),
      ]
    case .reconnecting, .offline, .loginExpired:
      return [
        look.span(amount, .text),
        look.span(": the gateway is not reached now, it waits here and is sent by itself", .dim),
      ]
    }
  }

  /// What is copied first, beside what there is room for.
  static func copies(_ wizard: WizardState, _ look: Look) -> [Span] {
    let bytes = wizard.toBeSent.copied
    guard bytes > 0 else {
      return [look.span("Nothing is copied first: the files are sent from where they lie.", .dim)]
    }
    let words = "Copied here first: \(Format.bytes(bytes))"
    guard let estimate = wizard.review.estimate, let room = estimate.room else {
      return [look.span(words + ".", .text)]
    }
    let missing = estimate.shortage(for: bytes)
    guard missing == 0 else {
      return [
        look.span(
          "! \(words); there is room for \(Format.bytes(max(0, room))): "
            + "\(Format.bytes(missing)) too little.", .alarm)
      ]
    }
    return [look.span("\(words); there is room for \(Format.bytes(room)).", .text)]
  }

  /// How long sending takes, by the last measure.
  static func duration(_ wizard: WizardState, _ context: ViewContext) -> [Span] {
    let look = context.look
    let bytes = wizard.toBeSent.bytes
    guard let estimate = wizard.review.estimate, let speed = estimate.speed,
      let seconds = estimate.seconds(for: bytes)
    else {
      return [look.span("How long it takes is not known: nothing was measured yet.", .dim)]
    }
    let day = Format.time(speed.at, now: context.now, calendar: context.calendar)
    return [
      look.span("About \(Format.duration(seconds))", .text),
      look.span(" at \(Format.speed(speed.bytesPerSecond)), measured \(day).", .dim),
    ]
  }
}
