public import Screen

// Bringing frames to the terminal: text first, then as much of the pictures as the line takes.
extension Terminal {
  /// Shows a frame. Only what changed is sent; nothing when nothing changed. While the terminal has
  /// not taken the last frame, the newest one waits. Pictures come after text, and only so much of
  /// them as the line takes; the rest follows, unless a newer frame makes it needless.
  public func present(_ buffer: CellBuffer) {
    guard isActive else { return }
    waiting = buffer
    unfinished = nil
    sendOutput()
    beginProbe()
  }

  /// Writes frames as long as the terminal takes them.
  private func advance() {
    while isActive, output.isEmpty, !isGone {
      if let buffer = waiting {
        waiting = nil
        write(buffer, isNew: true)
      } else if let buffer = unfinished, pace.allowance != nil {
        // What cannot go on without an answer or a newer frame is left as it is.
        guard write(buffer, isNew: false) else {
          unfinished = nil
          return
        }
      } else {
        return
      }
      if !output.send() { isGone = true }
    }
  }

  /// Writes what differs from what is shown; false when that is nothing.
  @discardableResult
  private func write(_ buffer: CellBuffer, isNew: Bool) -> Bool {
    if painter.clears(for: buffer) { pictures.startAnew() }
    let plan = pictures.plan(buffer, pace, isNew: isNew)
    unfinished = plan.isComplete ? nil : buffer
    var bytes = beside(plan.before)
    bytes += painter.paint(pictures.text(of: buffer))
    resting = painter.resting(buffer)
    bytes += beside(plan.after)
    guard !bytes.isEmpty else { return false }
    // Small changes arrive in one piece anyway.
    if capabilities.synchronizedOutput, bytes.count > 512 {
      bytes = Array("\u{1B}[?2026h".utf8) + bytes + Array("\u{1B}[?2026l".utf8)
    }
    if !plan.after.isEmpty, pace.answers {
      bytes += Array("\u{1B}[5n".utf8)
      pace.sent(bytes.count, at: now())
    }
    output.append(bytes)
    return true
  }

  /// What is written beside ncurses, and the cursor back to where ncurses has left it.
  private func beside(_ bytes: [UInt8]) -> [UInt8] {
    guard !bytes.isEmpty else { return [] }
    painter.settled()
    return bytes + Array("\u{1B}[m\u{1B}[\(resting.y + 1);\(resting.x + 1)H".utf8)
  }

  /// Writes what waits, and then what waited for it.
  func sendOutput() {
    if !output.send() { isGone = true }
    advance()
  }

  /// Writes a question to the terminal.
  func ask(_ question: [UInt8]) {
    output.append(question)
    if !output.send() { isGone = true }
  }
}
