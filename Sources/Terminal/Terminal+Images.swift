import CLinux
import Glibc
import Screen

// Finding out how this terminal shows pictures, after the first frame, while the program runs.
extension Terminal {
  /// Shows pictures another way from now on.
  public func setImages(_ mode: ImageMode, lowBandwidth: Bool) {
    guard mode != imageMode || lowBandwidth != pace.isLow else { return }
    imageMode = mode
    pace.isLow = lowBandwidth
    pendingEvents += outputEvents()
  }

  /// Sends the questions, once, when the first frame is on its way. The answers also tell how fast
  /// the line is, so they are wanted in any case.
  func beginProbe() {
    guard probed == nil else { return }
    probed = now()
    let questions = probe.begin()
    if !questions.isEmpty {
      openRounds += 1
      ask(questions)
    }
    if probe.findings.multiplexer == .tmux {
      let environment = options.environment
      Task.detached {
        guard let facts = TmuxQuery.ask(environment: environment) else { return }
        await self.take(facts)
      }
    }
  }

  /// Answers of the terminal; events when they change what is known.
  func take(_ answers: [TerminalAnswer]) -> [TerminalEvent] {
    var changed = false
    for answer in answers {
      switch answer {
      case .ready:
        pace.acknowledged(at: now())
        sendOutput()
      case .attributes where otherAnswers > 0: otherAnswers -= 1
      default:
        if case .attributes = answer {
          openRounds = max(0, openRounds - 1)
          if let probed { pace.answered(after: now() - probed) }
        }
        let questions = probe.take(answer, window: size)
        // Who is leaving asks nothing any more.
        if !questions.isEmpty, isActive {
          probed = now()
          openRounds += 1
          ask(questions)
        }
        changed = true
      }
    }
    return changed ? outputEvents() : []
  }

  /// Where what tmux told arrives; the next turn of the loop passes it on.
  private func take(_ facts: TerminalFindings.Tmux) {
    probe.take(facts)
    pendingEvents += outputEvents()
  }

  func cellPixelsMayHaveChanged() -> [TerminalEvent] {
    probe.resized(cellPixels: Self.cellPixels(size))
    return outputEvents()
  }

  /// An event when pictures can now be shown otherwise than before.
  private func outputEvents() -> [TerminalEvent] {
    let output = chosenOutput()
    guard output != imageOutput else { return [] }
    imageOutput = output
    useWay()
    return [.images(output)]
  }

  private func chosenOutput() -> ImageOutput {
    Self.imageOutput(
      imageMode, probe.findings, capabilities,
      isLight: isLightBackground ?? capabilities.isLightBackground ?? false,
      graphics: pictures.isDirect)
  }

  /// - Parameter graphics: whether the terminal's type allows of sequences beside ncurses'.
  static func imageOutput(
    _ mode: ImageMode, _ findings: TerminalFindings, _ capabilities: Capabilities, isLight: Bool,
    graphics: Bool
  ) -> ImageOutput {
    var cells = CellRendering.best(
      depth: capabilities.depth, unicode: capabilities.unicode,
      isLightBackground: isLight)
    if capabilities.unicode, let glyphs = mode.glyphs ?? findings.glyphs { cells.glyphs = glyphs }
    return ImageOutput(
      graphics: graphics ? findings.graphics(mode) : nil, cells: cells,
      cellPixels: findings.cellPixels)
  }

  private func useWay() {
    let way = imageOutput.graphics == nil ? GraphicsWay.cells : probe.findings.way(imageMode)
    pictures.use(way, cellPixels: imageOutput.cellPixels)
  }

  /// Seconds on a clock that only runs forward.
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The pixels of a cell, as the system has them; nil when it does not.
  static func cellPixels(_ size: Size) -> Size? {
    var width: UInt16 = 0
    var height: UInt16 = 0
    guard radrelay_window_pixels(STDOUT_FILENO, &width, &height) != 0, size.width > 0,
      size.height > 0
    else { return nil }
    let cell = Size(width: Int(width) / size.width, height: Int(height) / size.height)
    return cell.width >= 2 && cell.height >= 2 ? cell : nil
  }
}
