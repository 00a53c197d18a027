import CLinux
import Foundation
import Screen
import Terminal

/// Shows events as lines; single keys make it do things.
@UIActor
final class Probe {
  private let mode: String
  private let environment: [String: String]
  private let loop = EventLoop()
  /// The interface's.
  private let thread = radrelay_gettid()
  private var lines: [String] = []
  private var step = 0
  private var code: Int32 = 0
  private var scene = ImageScene()

  init(mode: String, environment: [String: String]) {
    self.mode = mode
    self.environment = environment
  }

  func run() -> Int32 {
    var options = TerminalOptions(environment: environment)
    options.errorLog = environment["PROBE_LOG"]
    options.focus = true
    options.images = environment["PROBE_IMAGES"].flatMap(ImageMode.init) ?? .auto
    options.lowBandwidth = environment["PROBE_LOW"] != nil
    if environment["PROBE_PATIENT"] != nil { options.answerLimit = .seconds(20) }
    do {
      let terminal = try Terminal(options: options)
      try terminal.start()
      defer { terminal.stop() }
      lines = ["ready \(terminal.capabilities.depth) \(terminal.capabilities.unicode)"]
      loop.run(
        terminal: terminal,
        handle: { events in for event in events { handle(event, terminal) } },
        draw: { terminal.present(frame(terminal)) })
      if code == 9 { throw ProbeError.thrown }
      return code
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      return error is TerminalError ? 2 : 1
    }
  }

  private func handle(_ event: TerminalEvent, _ terminal: Terminal) {
    switch event {
    case .signal(let signal):
      code = signal == .terminate ? 15 : 1
      loop.stop()
    case .input(.key(let key)):
      lines.append("key \(key.code) \(key.modifiers.rawValue)")
      act(key, terminal)
    case .input(let input): lines.append("\(input)")
    case .images(let output):
      let cell = output.cellPixels.map { "\($0.width)x\($0.height)" } ?? "unknown"
      lines.append(
        "images \(output.graphics?.rawValue ?? "none") \(output.cells.glyphs) cell \(cell)")
    }
  }

  private func act(_ key: Key, _ terminal: Terminal) {
    if mode == "image", scene.take(key) { return }
    guard mode == "act" || mode == "image", case .character(let character) = key.code else {
      return
    }
    switch character {
    case "q": loop.stop()
    case "t":
      code = 9
      loop.stop()
    case "z" where key.modifiers == .control: terminal.suspend()
    case "l" where key.modifiers == .control: terminal.redraw()
    case "s": raise(SIGSEGV)
    case "a": abort()
    case "i": preconditionFailure("trap on purpose")
    case "k": kill(getpid(), SIGKILL)
    case "x": _exit(3)
    case "m": lines.append("locks \(Contention.run())")
    case "e": FileHandle.standardError.write(Data("noise on stderr\n".utf8))
    case "b": terminal.bell()
    case "n": step += 1
    case "j":
      // An answer that comes from another thread.
      Task.detached { await self.answer() }
    default: break
    }
  }

  private func answer() { lines.append("answered on \(radrelay_gettid() == thread)") }

  private func frame(_ terminal: Terminal) -> CellBuffer {
    var buffer = CellBuffer(size: terminal.size)
    if mode == "image" {
      scene.draw(into: &buffer, terminal.imageOutput, lines: lines)
      return buffer
    }
    if mode == "table" {
      table(&buffer)
      return buffer
    }
    for (y, line) in lines.suffix(max(0, terminal.size.height)).enumerated() {
      buffer.write(line, x: 0, y: y, style: Style())
    }
    return buffer
  }

  /// Rows with names in several scripts, a selection that `j` moves, and colours.
  private func table(_ buffer: inout CellBuffer) {
    let names = ["Müller Jörg", "山田 太郎", "김 민준", "Иванов", "Smith Anna", "e\u{301}clair"]
    let selected = lines.filter { $0.hasPrefix("key character(\"j\")") }.count
    for y in 0..<buffer.size.height {
      let isSelected = y == selected % max(1, buffer.size.height)
      let style = Style(
        foreground: .rgb(UInt8(truncatingIfNeeded: y * 4), 128, 200),
        attributes: isSelected ? .bold : [])
      buffer.write(isSelected ? "▌" : " ", x: 0, y: y, style: style)
      buffer.write(names[y % names.count], x: 2, y: y, style: style)
      buffer.write("| row \(y) |", x: 20, y: y, style: Style())
    }
    buffer.cursor = Point(x: 0, y: selected % max(1, buffer.size.height))
  }
}

enum ProbeError: Error { case thrown }
