import Domain
import Screen
import Testing

@testable import Workstation

@Suite struct OverlayTests {
  @Test func firstLogin() {
    var stage = Stage(user: nil)
    #expect(stage.text.contains("Welcome to RadRelay"))
    stage.type("relay.example.org")
    stage.press("Enter")
    #expect(stage.text.contains("with http:// or https://"))
    stage.press("Home")
    stage.type("https://")
    #expect(stage.press("Enter") == [])
    stage.type("m.torres")
    stage.press("Enter")
    stage.type("s3cret")
    #expect(!stage.text.contains("s3cret"))
    #expect(stage.text.contains("••••••"))
    let effects = stage.press("Enter")
    #expect(
      effects == [
        .login(server: "https://relay.example.org", username: "m.torres", password: "s3cret")
      ])
    #expect(stage.text.contains("Logging in…"))
    #expect(stage.press("Enter") == [], "not twice")
    stage.send(.loginResult(.failure("The gateway does not know this user and password.")))
    #expect(stage.text.contains("The gateway does not know this user and password."))
    stage.type("better")
    stage.press("F2")
    #expect(stage.text.contains("better"), "F2 shows what is typed")
    stage.press("Enter")
    stage.send(.loginResult(.success(Stage.user)))
    #expect(stage.state.layers.isEmpty)
    #expect(stage.text.contains("Logged in as m.torres, Northside."))
  }

  /// The gateway takes the password and wants a code; the password is not typed again.
  @Test func loginWithASecondFactor() {
    var stage = Stage(user: nil)
    stage.type("https://relay.example.org")
    stage.press("Enter")
    stage.type("m.torres")
    stage.press("Enter")
    #expect(!stage.text.contains("Code"))
    stage.type("s3cret")
    stage.press("Enter")
    stage.send(.loginResult(.codeWanted("")))
    #expect(stage.text.contains("Type the code that your authenticator shows."))
    #expect(stage.press("Enter") == [])
    #expect(stage.text.contains("Type the code."))
    stage.type("123 456")
    func login(_ code: String) -> [Effect] {
      [
        .login(
          server: "https://relay.example.org", username: "m.torres", password: "s3cret", code: code)
      ]
    }
    #expect(stage.press("Enter") == login("123 456"))
    #expect(stage.press("Enter") == [], "not twice")
    stage.send(.loginResult(.codeWanted("The code is wrong.")))
    #expect(stage.text.contains("The code is wrong."))
    #expect(!stage.text.contains("123 456"))
    // Round through all four fields and back.
    for _ in 0..<4 { stage.press("Tab") }
    stage.type("654321")
    #expect(stage.press("Enter") == login("654321"))
    stage.send(.loginResult(.success(Stage.user)))
    #expect(stage.state.layers.isEmpty)
  }

  /// A password that was typed for one user at one gateway goes nowhere else.
  @Test func anotherServerAsksForThePasswordAgain() {
    for field in ["server", "user", "password"] {
      var stage = Stage(user: nil)
      stage.type("https://relay.example.org")
      stage.press("Enter")
      stage.type("m.torres")
      stage.press("Enter")
      stage.type("s3cret")
      stage.press("Enter")
      stage.send(.loginResult(.codeWanted("")))
      stage.type("123456")
      for _ in 0..<["password": 1, "user": 2, "server": 3][field, default: 0] {
        stage.press("Shift-Tab")
      }
      stage.type("x")
      let effects = stage.press("Enter") + stage.press("Enter")
      if field == "password" {
        #expect(
          effects == [
            .login(server: "https://relay.example.org", username: "m.torres", password: "x")
          ])
      } else {
        #expect(effects == [], "\(field)")
        #expect(stage.text.contains("Type the password."), "\(field)")
      }
    }
  }

  @Test func aRefusalEndsTheQuestionForTheCode() {
    var stage = Stage(user: nil)
    stage.type("https://relay.example.org")
    stage.press("Enter")
    stage.type("m.torres")
    stage.press("Enter")
    stage.type("s3cret")
    stage.press("Enter")
    stage.send(.loginResult(.codeWanted("")))
    stage.type("123456")
    stage.press("Enter")
    stage.send(.loginResult(.failure("The gateway asks to wait.")))
    #expect(stage.text.contains("The gateway asks to wait."))
    #expect(!stage.text.contains("Code"))
    #expect(stage.press("Enter") == [], "the password is gone")
    stage.press("Esc")
    stage.send(.loginResult(.codeWanted("")))
    #expect(stage.text.contains("The login wants a code."))
  }

  @Test func workingOfflineIsOneKeyAway() {
    var stage = Stage(user: nil)
    stage.press("Esc")
    #expect(stage.state.layers.isEmpty)
    #expect(stage.text.contains("Working offline; L logs in."))
    stage.send(.loaded(.frame(FrameInfo())))
    #expect(stage.state.layers.isEmpty, "it does not come back by itself")
    stage.press("L")
    #expect(stage.text.contains("Welcome to RadRelay"))
  }

  @Test func passwordKeepsPastedText() {
    var stage = Stage(user: nil)
    stage.send(.input(.paste("https://relay.example.org\n")))
    stage.press("Tab")
    stage.send(.input(.paste("m.torres")))
    stage.press("Tab")
    stage.send(.input(.paste("p w\n")))
    #expect(
      stage.press("Enter") == [
        .login(server: "https://relay.example.org", username: "m.torres", password: "p w")
      ])
  }

  @Test func helpIsSearchedAndRuns() {
    var stage = Stage()
    stage.press("?")
    stage.type("dashb")
    stage.press("Enter")
    #expect(stage.state.pane == .dashboard)
    stage.press("?")
    stage.type("what waits")
    stage.press("Enter")
    #expect(stage.effects.contains(.syncNow), "found by its sentence")
  }

  /// Typing narrows the list a moment after the last key; Esc shows everything again.
  @Test func filterNarrowsWhileTyping() {
    func filters(_ effects: [Effect]) -> [String] {
      effects.compactMap {
        if case .load(.uploads(let filter, _)) = $0 { filter.text } else { nil }
      }
    }
    var stage = Stage()
    stage.press("/")
    stage.type("pat q")
    #expect(stage.effects == [.after(seconds: 0.06, .filterSettled)])
    #expect(stage.text.contains("/ pat q"))
    #expect(filters(stage.send(.timer(.filterSettled))) == ["pat q"])
    #expect(stage.send(.timer(.filterSettled)) == [], "nothing new was typed")
    stage.press("Enter")
    #expect(stage.state.layers.isEmpty)
    #expect(PaneDirectory.traits(stage.state).filter == "pat q", "Enter keeps it")
    #expect(filters(stage.press("Esc")) == [""])
    stage.press("/")
    stage.type("x")
    stage.press("1")
    #expect(stage.state.pane == .uploads, "digits are text here")
    #expect(filters(stage.press("Esc")) == [""])
    #expect(stage.state.layers.isEmpty)
  }

  @Test func escClearsThenCloses() {
    var stage = Stage()
    stage.press(":")
    stage.type("zzzz")
    #expect(stage.text.contains("Nothing is called that."))
    stage.press("Esc")
    #expect(!stage.state.layers.isEmpty)
    stage.press("Esc")
    #expect(stage.state.layers.isEmpty)
  }

  @Test func paletteTakesArguments() {
    var stage = Stage()
    stage.press(":")
    stage.type("theme high")
    let effects = stage.press("Enter")
    #expect(effects.contains(.perform(.set(.theme, value: "high-contrast"))))
    #expect(stage.state.look.theme.name == "high-contrast")
    stage.press(":")
    stage.type("theme pink")
    stage.press("Enter")
    #expect(stage.text.contains("No theme is called pink"))
  }

  @Test(arguments: [("sn", "sync now"), ("rep", "reports"), ("qt", "quit"), ("set", "settings")])
  func fuzzyFindsTheObvious(_ query: String, _ title: String) {
    var stage = Stage()
    stage.press(":")
    stage.type(query)
    guard case .picker(let picker) = stage.state.layers.last else {
      Issue.record("no palette")
      return
    }
    #expect(picker.matches.first?.row.title == title)
  }

  @Test func disabledSaysWhy() {
    var stage = Stage(user: nil)
    stage.press("Esc")
    #expect(stage.press("s").contains(.syncNow) == false)
    #expect(stage.text.contains("Not now: log in first."))
  }

  @Test func logoutAsks() {
    var stage = Stage()
    stage.press(",", "a")
    #expect(stage.text.contains("Log out?"))
    #expect(stage.press("y").first == .logout)
    #expect(stage.text.contains("not logged in"))
  }

  @Test func longTextsScroll() {
    var stage = Stage()
    let text = (1...100).map { "line \($0)" }.joined(separator: "\n")
    stage.state.layers = [.details(DetailsLayer(title: "Log", text: text))]
    #expect(stage.text.contains("line 1\u{20}") || stage.text.contains("line 2"))
    stage.press("G")
    #expect(stage.text.contains("line 100"))
    stage.press("g", "PgDn")
    #expect(!stage.text.contains("line 100"))
    stage.press("Esc")
    #expect(stage.state.layers.isEmpty)
  }
}
