import Foundation
import Screen
import Terminal

/// What `doctor` says about the terminal.
struct TerminalChecks {
  private let environment: [String: String]
  private let capabilities: Capabilities?
  private let answers: (findings: TerminalFindings, seconds: Double)?

  init(environment: [String: String]) {
    self.environment = environment
    capabilities = TerminalInterview.capabilities(environment: environment)
    answers = TerminalInterview.ask(environment: environment)
  }

  var all: [Check] {
    guard let capabilities else {
      // A script or a service has none, which is no fault of it.
      return answers == nil && type.isEmpty
        ? [.hint("terminal", "there is none in this place; run this in the terminal that you use")]
        : [unknownType]
    }
    var checks = [terminal, colors(capabilities), text(capabilities)]
    guard let findings = answers?.findings else { return checks }
    checks += pictures(findings)
    checks += multiplexer(findings, capabilities)
    checks += [cell(findings), mouse, updates(capabilities)]
    return checks
  }

  private var type: String { environment["TERM"] ?? "" }

  private var unknownType: Check {
    .fail(
      "terminal", "the type '\(type)' is not known here, or cannot place text",
      "set TERM to what your terminal is, for example: export TERM=xterm-256color")
  }

  private var terminal: Check {
    guard let answers else {
      return .hint("terminal", "TERM is \(type); there is no terminal to ask in this place")
    }
    let remote = answers.findings.isRemote ? ", over SSH" : ""
    guard answers.findings.hasAnswered else {
      return .hint("terminal", "TERM is \(type)\(remote); it answers no questions")
    }
    let name = answers.findings.version.map { ", calls itself \($0)" } ?? ""
    let time = Int((answers.seconds * 1000).rounded())
    return .ok("terminal", "TERM is \(type)\(name)\(remote); answered within \(time) ms")
  }

  private func colors(_ capabilities: Capabilities) -> Check {
    switch capabilities.depth {
    case .trueColor: return .ok("colours", "16 million: COLORTERM says so, and TERM has a palette")
    case .palette256:
      return .hint(
        "colours", "256, of which 30 are grey; with true colour pictures have all 256 greys",
        "export COLORTERM=truecolor   (only if the terminal can: most can)")
    case .sixteen, .eight:
      return .hint(
        "colours", "\(capabilities.depth.rawValue), by TERM \(type)",
        "export TERM=xterm-256color   (if the terminal is of that kind)")
    case .mono where environment["NO_COLOR"]?.isEmpty == false:
      return .ok("colours", "none, because NO_COLOR is set")
    case .mono: return .hint("colours", "none, by TERM \(type)")
    }
  }

  private func text(_ capabilities: Capabilities) -> Check {
    capabilities.unicode
      ? .ok("text", "UTF-8")
      : .hint(
        "text", "the locale is not UTF-8: names and pictures are drawn in ASCII",
        "export LC_ALL=C.UTF-8")
  }

  private func pictures(_ findings: TerminalFindings) -> [Check] {
    let best = findings.graphics(.auto)
    let reason = best.flatMap { findings.claims[$0] }.map { ": \($0)" } ?? ""
    var checks = [
      best.map { Check.ok("pictures", "by \(Self.name($0))\(reason)") }
        ?? .ok("pictures", "by characters: the terminal claims no graphics")
    ]
    let glyphs = findings.glyphs.map { "\($0.rawValue): it draws them itself" }
    checks.append(
      .ok("", "characters would be \(glyphs ?? "half: finer ones depend on the font (--images)")"))
    for way in ImageOutput.Graphics.allCases where way != best {
      let reason = findings.claims[way] ?? denial(way, findings)
      let word = findings.claims[way] == nil ? "no" : "possible"
      checks.append(.ok("", "\(Self.name(way)) \(word): \(reason)"))
    }
    return checks
  }

  private static func name(_ way: ImageOutput.Graphics) -> String {
    switch way {
    case .kitty: "kitty graphics"
    case .iterm2: "iTerm2 inline images"
    case .sixel: "sixel"
    }
  }

  /// Why a way of showing pictures is not taken.
  private func denial(_ way: ImageOutput.Graphics, _ findings: TerminalFindings) -> String {
    if findings.multiplexer == .screen { return "GNU screen passes no pictures" }
    switch way {
    case .kitty where findings.multiplexer == .tmux:
      guard let tmux = findings.tmux else { return "tmux cannot be asked" }
      if !tmux.isOutsideKitty {
        return tmux.outside.isEmpty
          ? "tmux does not know the terminal outside"
          : "the terminal outside, \(tmux.outside), does not draw tmux' placeholders"
      }
      return "tmux does not pass them on"
    case .kitty:
      return findings.kitty == false ? "it did not answer the question" : "it was not asked"
    case .iterm2 where findings.multiplexer == .tmux:
      return "through tmux nobody would know where they are"
    case .iterm2: return "the terminal is none that knows them"
    case .sixel where findings.attributes.contains(4):
      return findings.cellPixels == nil
        ? "nobody says how large a cell is" : "the terminal outside of tmux does not have it"
    case .sixel: return "not among the terminal's attributes"
    }
  }

  private func multiplexer(
    _ findings: TerminalFindings, _ capabilities: Capabilities
  ) -> [Check] {
    switch findings.multiplexer {
    case nil: return []
    case .screen:
      return [.hint("screen", "pictures are characters inside of GNU screen", "tmux instead")]
    case .tmux:
      guard let tmux = findings.tmux else {
        return [.hint("tmux", "it cannot be asked: TMUX is not set, or the command is missing")]
      }
      var checks: [Check] = []
      if tmux.passesOn {
        checks.append(.ok("tmux", "passes sequences on (allow-passthrough)"))
      } else {
        let use = tmux.isOutsideKitty ? "" : " (this helps only in kitty and Ghostty)"
        checks.append(
          .hint(
            "tmux", "does not pass pictures on\(use); in ~/.tmux.conf:",
            "set -g allow-passthrough on"))
      }
      if capabilities.depth == .palette256 {
        checks.append(
          .hint(
            "tmux", "true colour, if the terminal outside has it; in ~/.tmux.conf:",
            "set -as terminal-features ',*:RGB'"))
      }
      return checks
    }
  }

  private func cell(_ findings: TerminalFindings) -> Check {
    guard let cell = findings.cellPixels else {
      return .ok("cell", "size not known; taken as twice as high as wide")
    }
    return .ok("cell", "\(cell.width) x \(cell.height) pixels, says \(findings.cellPixelsSource)")
  }

  private var mouse: Check {
    .ok("mouse", "asked for (modes 1002, 1006); hold Shift to select text in the terminal")
  }

  private func updates(_ capabilities: Capabilities) -> Check {
    .ok(
      "frames",
      capabilities.synchronizedOutput
        ? "shown at once (mode 2026)" : "sent in one piece; mode 2026 is not known of this terminal"
    )
  }
}
