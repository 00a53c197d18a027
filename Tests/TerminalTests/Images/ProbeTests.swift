import Screen
import TestSupport
import Testing

@testable import Terminal

/// What is concluded from a terminal's answers, and what is never asked.
@Suite struct ProbeTests {
  /// Lets a kind of terminal answer until nothing more is asked.
  private func interview(
    _ kind: TerminalKind, _ environment: [String: String] = ["TERM": "xterm-256color"],
    tmux: TerminalFindings.Tmux? = nil
  ) -> (findings: TerminalFindings, asked: String) {
    var probe = TerminalProbe(environment: environment, cellPixels: nil, tmux: tmux)
    var decoder = InputDecoder()
    var screen = VirtualScreen(rows: 24, columns: 80)
    var asked: [UInt8] = []
    var questions = probe.begin()
    while !questions.isEmpty {
      asked += questions
      screen.feed(questions)
      questions = []
      for question in screen.takeQuestions() {
        _ = decoder.feed(Array((kind.answer(question) ?? "").utf8)[...])
      }
      for answer in decoder.takeAnswers() {
        questions += probe.take(answer, window: Size(width: 80, height: 24))
      }
    }
    #expect(probe.isDone || kind.name == "silent")
    return (probe.findings, String(decoding: asked, as: UTF8.self))
  }

  @Test func kinds() {
    #expect(interview(.kitty).findings.graphics(.auto) == .kitty)
    #expect(interview(.xterm).findings.graphics(.auto) == .sixel)
    #expect(interview(.xterm).findings.registers == 1024)
    #expect(interview(.foot).findings.graphics(.auto) == .sixel)
    #expect(interview(.foot).findings.kitty == false)
    let iterm = interview(.iterm2).findings
    #expect(iterm.graphics(.auto) == .iterm2)
    #expect(iterm.cellPixels == Size(width: 20, height: 40))
    for kind in [TerminalKind.plain, .silent, .tmux] {
      #expect(interview(kind).findings.graphics(.auto) == nil, "\(kind.name)")
    }
    #expect(interview(.kitty).findings.graphics(.sixel) == .sixel)
    #expect(interview(.kitty).findings.graphics(.half) == nil)
  }

  /// Strings that a simple terminal would print go only to those that have shown to be none.
  @Test func whatIsAsked() {
    #expect(!interview(.plain).asked.contains("\u{1B}_"))
    #expect(!interview(.silent).asked.contains("\u{1B}_"))
    #expect(interview(.kitty).asked.contains("\u{1B}_G"))
    #expect(!interview(.kitty).asked.contains("1337"))
    #expect(interview(.xterm).asked.contains("\u{1B}[?1;1;0S"))
    #expect(!interview(.kitty).asked.contains("\u{1B}[?1;1;0S"))
    for type in ["linux", "dumb", ""] {
      #expect(interview(.silent, ["TERM": type]).asked == "")
    }
    let inside = ["TERM": "tmux-256color", "TMUX": "/tmp/x,1,0"]
    #expect(!interview(.tmux, inside).asked.contains("\u{1B}_"))
    #expect(!interview(.tmux, inside).asked.contains("\u{1B}P"))
  }

  /// DA1's first number is a class: 4 there is a VT132, not sixel.
  @Test func aClassIsNoAttribute() {
    let vt132 = TerminalKind(name: "VT132") { $0 == "\u{1B}[c" ? "\u{1B}[?4;6c" : nil }
    #expect(interview(vt132).findings.graphics(.auto) == nil)
  }

  /// Without the size of a cell nobody knows where a sixel lands.
  @Test func sixelNeedsTheCell() {
    let kind = TerminalKind(name: "small") {
      $0 == "\u{1B}[c" ? "\u{1B}[?62;4c" : nil
    }
    #expect(interview(kind).findings.graphics(.auto) == nil)
  }

  @Test func insideOfMultiplexers() {
    let inside = ["TERM": "tmux-256color", "TMUX": "/tmp/x,1,0"]
    func graphics(_ passthrough: String, _ outside: String, _ features: Set<String>)
      -> ImageOutput.Graphics?
    {
      interview(
        .tmux, inside,
        tmux: TerminalFindings.Tmux(
          passthrough: passthrough, outside: outside, features: features)
      ).findings.graphics(.auto)
    }
    #expect(graphics("on", "kitty(0.35.2)", []) == .kitty)
    #expect(graphics("1", "ghostty 1.1.0", []) == .kitty)
    #expect(graphics("off", "kitty(0.35.2)", []) == nil)
    #expect(graphics("on", "WezTerm 2024", []) == nil)
    #expect(graphics("on", "foot(1.16)", ["sixel"]) == nil)
    let withSixel = TerminalKind(name: "tmux") { question in
      question == "\u{1B}[c" ? "\u{1B}[?1;2;4c" : TerminalKind.tmux.answer(question)
    }
    func sixel(_ features: Set<String>) -> ImageOutput.Graphics? {
      interview(
        withSixel, inside,
        tmux: TerminalFindings.Tmux(passthrough: "off", outside: "foot", features: features)
      ).findings.graphics(.auto)
    }
    #expect(sixel(["sixel"]) == .sixel)
    // tmux names the attribute whatever is outside.
    #expect(sixel(["RGB"]) == nil)
    #expect(
      interview(.kitty, ["TERM": "screen-256color", "STY": "1.x"]).findings.graphics(.auto) == nil)
  }

  /// Finer characters only where the terminal draws them without a font.
  @Test func characters() {
    func glyphs(_ version: String) -> CellRendering.Glyphs? {
      var findings = TerminalFindings(environment: ["TERM": "xterm-256color"])
      findings.version = version
      return findings.glyphs
    }
    #expect(glyphs("kitty(0.35.2)") == .sextants && glyphs("VTE(7402)") == .sextants)
    #expect(glyphs("VTE(5202)") == nil && glyphs("VTE(x)") == nil && glyphs("XTerm(390)") == nil)
    #expect(glyphs("Konsole 23.08") == .quadrants && glyphs("") == nil)
  }

  @Test func tmuxOutput() {
    let text = "1\\037kitty(0.35.2)\\037256,RGB,sixel\n"
    let facts = TmuxQuery.parse(text)
    #expect(facts?.passesOn == true && facts?.isOutsideKitty == true)
    #expect(facts?.features.contains("sixel") == true)
    #expect(TmuxQuery.parse("on\u{1F}x\u{1F}\n")?.passesOn == true)
    #expect(TmuxQuery.parse("") == nil && TmuxQuery.parse("a\u{1F}b") == nil)
  }
}
