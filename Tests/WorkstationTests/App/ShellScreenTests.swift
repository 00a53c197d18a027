import Screen
import Testing

@testable import Workstation

/// The shell as a person sees it, at the three sizes.
@Suite struct ShellScreenTests {
  static let sizes = [(200, 60), (80, 24), (40, 20)]

  @Test(arguments: sizes) func notifications(_ width: Int, _ height: Int) {
    var stage = Stage(Size(width: width, height: height))
    stage.press("i")
    stage.answerNotifications()
    GoldenScreen.expect(stage.draw(), "notifications-\(width)x\(height)")
  }

  @Test(arguments: sizes) func settings(_ width: Int, _ height: Int) {
    var stage = Stage(Size(width: width, height: height))
    stage.press(",")
    GoldenScreen.expect(stage.draw(), "settings-\(width)x\(height)")
  }

  @Test(arguments: sizes) func firstRun(_ width: Int, _ height: Int) {
    var stage = Stage(Size(width: width, height: height), user: nil)
    _ = stage.state.go(to: .settings)
    GoldenScreen.expect(stage.draw(), "login-\(width)x\(height)")
  }

  @Test(arguments: sizes) func loginCode(_ width: Int, _ height: Int) {
    var stage = Stage(Size(width: width, height: height))
    stage.press("L")
    stage.type("s3cret")
    stage.press("Enter")
    stage.send(.loginResult(.codeWanted("")))
    stage.type("287 082")
    GoldenScreen.expect(stage.draw(), "login-code-\(width)x\(height)")
  }

  @Test(arguments: sizes) func help(_ width: Int, _ height: Int) {
    var stage = Stage(Size(width: width, height: height))
    stage.press("i", "?")
    GoldenScreen.expect(stage.draw(), "help-\(width)x\(height)")
  }

  @Test(arguments: sizes) func palette(_ width: Int, _ height: Int) {
    var stage = Stage(Size(width: width, height: height))
    stage.press("i", ":")
    stage.type("mark")
    GoldenScreen.expect(stage.draw(), "palette-\(width)x\(height)")
  }

  @Test func asciiBorders() {
    var stage = Stage(unicode: false)
    stage.press("i")
    stage.answerNotifications()
    stage.press("?")
    let buffer = stage.draw()
    GoldenScreen.expect(buffer, "ascii-80x24")
    let foreign = buffer.cells.map(\.text).joined().unicodeScalars.filter { $0.value >= 0x80 }
    #expect(Set(foreign).isSubset(of: Set("山田太郎é␛".unicodeScalars)))
  }
}
