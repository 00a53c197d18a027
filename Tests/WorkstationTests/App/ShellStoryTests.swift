import Domain
import Foundation
import Screen
import Testing

@testable import Workstation

/// Keys in, effects and screens out.
@Suite struct ShellStoryTests {
  @Test func startsByReadingWhatIsOnScreen() {
    var state = AppState(
      size: Size(width: 80, height: 24), now: Stage.now, calendar: Stage.utc,
      capabilities: ScreenCapabilities(depth: .palette256))
    let effects = state.start()
    #expect(effects.contains(.load(.settings)))
    #expect(effects.contains(.load(.frame)))
  }

  @Test func panesByNumberAndFunctionKey() {
    var stage = Stage()
    for (key, pane) in [
      ("1", PaneID.cases), ("3", .reports), ("F2", .uploads), ("F4", .dashboard),
      ("i", .notifications),
    ] {
      stage.press(key)
      #expect(stage.state.pane == pane)
    }
    stage.press(",")
    #expect(stage.state.pane == .settings)
    stage.press("Esc")
    #expect(stage.state.pane == .dashboard, "back to where it was opened from")
    stage.press("i", "q")
    #expect(stage.state.pane == .dashboard)
  }

  @Test func quitAsksOnlyWhileSomethingIsSent() {
    var stage = Stage()
    #expect(stage.press("q") == [.quit])
    stage.send(
      .transfer(
        TransferStatus(
          bytesPerSecond: 1_800_000,
          uploads: [
            UploadID("u"): UploadProgress(
              sentBytes: 1, totalBytes: 2, bytesPerSecond: 1, secondsLeft: nil)
          ])))
    #expect(stage.press("q") == [])
    #expect(stage.text.contains("Sending goes on when you open"))
    #expect(stage.press("Enter") == [], "Enter alone gives nothing up")
    #expect(stage.press("Esc") == [])
    #expect(!stage.text.contains("Leave RadRelay?"))
    #expect(stage.press("q", "y") == [.quit])
    stage.press("?")
    #expect(stage.press("Ctrl-C") == [])
    #expect(stage.press("Ctrl-C") == [.quit], "the second time without asking")
  }

  @Test func sendingByAnotherProcessDoesNotHoldAnyoneBack() {
    var stage = Stage()
    stage.send(
      .transfer(
        TransferStatus(
          uploads: [
            UploadID("u"): UploadProgress(
              sentBytes: 1, totalBytes: 2, bytesPerSecond: 1, secondsLeft: nil)
          ], byAnotherProcess: true)))
    #expect(stage.press("q") == [.quit])
  }

  @Test func toastsComeAndGo() {
    var stage = Stage()
    let effects = stage.send(.done(.enqueued([UploadID("a"), UploadID("b")])))
    #expect(effects.contains(.after(seconds: 4, .toastOver)))
    #expect(stage.text.contains("● online   Queued 2 studies."))
    stage.send(.timer(.toastOver))
    #expect(!stage.text.contains("Queued"))
    stage.send(
      .failed(.savePDF, "The disk is full; free some space and press p again."))
    #expect(stage.text.contains("! The disk is full"))
    stage.press("Esc")
    #expect(!stage.text.contains("The disk is full"))
  }

  @Test func queuedOfflineSaysWhenItGoesOut() {
    var stage = Stage()
    stage.send(.connection(.offline(since: Stage.now, reason: "no route to host")))
    stage.send(.done(.enqueued([UploadID("a")])))
    #expect(stage.text.contains("Queued 1 study; sending starts when the gateway can be reached."))
  }

  /// At rest and online nothing on the screen changes by itself, however late it gets.
  @Test(arguments: [(80, 24), (200, 60)])
  func restingScreensStayAsTheyAre(_ width: Int, _ height: Int) {
    for (pane, store) in [(PaneID.uploads, UploadSamples.store), (.cases, CasesTests.store)] {
      var stage = Stage.showing(pane, store, width, height)
      // Past the times at which attempts were announced, and their texts with them.
      stage.send(.clock(.minutes(60)))
      let before = stage.draw()
      for minute in 61...150 { stage.send(.clock(.minutes(Double(minute)))) }
      #expect(stage.draw() == before, "\(stage.text)")
    }
    // Attempts to reach the gateway change it once, not every time.
    var stage = Stage(Size(width: width, height: height))
    stage.send(.connection(.reconnecting(nextAttemptAt: .minutes(1), reason: "refused")))
    let before = stage.draw()
    stage.send(.connection(.reconnecting(nextAttemptAt: .minutes(2), reason: "refused")))
    #expect(stage.draw() == before)
  }

  @Test func connectionInWords() {
    var stage = Stage(Size(width: 120, height: 24))
    func status() -> String {
      stage.text.split(separator: "\n").suffix(2).first.map(String.init) ?? ""
    }
    stage.send(.connection(.offline(since: Stage.now - 600, reason: "no route to host")))
    #expect(status().hasPrefix(" ○ offline since 09:04   outbox 0   ✉ 2   no route to host"))
    stage.send(
      .connection(.reconnecting(nextAttemptAt: Stage.now + 12, reason: "the gateway answered 503")))
    #expect(status().hasPrefix(" ◐ reconnecting   outbox"))
    stage.send(.connection(.loginExpired))
    #expect(status().contains("! login ended"))
    #expect(status().contains("log in"))
    #expect(stage.state.layers.isEmpty, "it does not stand in the way")
  }

  @Test func bellRingsForNewReportsUnlessSilenced() {
    var stage = Stage()
    var info = stage.state.frame
    info.unreadReports += 1
    #expect(stage.send(.loaded(.frame(info))) == [.bell])
    stage.send(.loaded(.settings([.bell: "off"])))
    info.unreadReports += 1
    #expect(stage.send(.loaded(.frame(info))) == [])
    info.unreadReports = 0
    stage.send(.loaded(.settings([.bell: "on"])))
    #expect(stage.send(.loaded(.frame(info))) == [])
  }

  /// Room for copies: typed in words, read again when it changed, with what is used and free.
  @Test func theSettingsShowRoomForCopies() {
    var stage = Stage(Size(width: 100, height: 40))
    #expect(stage.state.go(to: .settings).contains(.load(.spool)))
    stage.send(
      .loaded(
        .spool(
          SpoolStanding(
            files: 3, bytes: 12_000_000,
            kept: SpoolCopies(uploads: 1, files: 2, bytes: 5_000_000), room: 40_000_000_000,
            quota: nil, reserve: 1_000_000_000))))
    #expect(stage.text.contains("12 MB used · 40 GB free · 5.0 MB of unproven uploads kept"))
    let row = SettingsPane.rows.firstIndex(of: .text(.spoolQuota)) ?? 0
    for _ in 0..<row { stage.press("j") }
    stage.press("Enter")
    #expect(stage.text.contains("How much room copies may take"))
    for _ in 0..<3 { stage.press("Backspace") }
    stage.type("50 GB")
    #expect(stage.press("Enter").contains(.perform(.set(.spoolQuota, value: "50 GB"))))
    stage.send(.storeChanged([.settings]))
    #expect(stage.effects.contains(.load(.spool)))
    // Nothing typed: as it is without a word.
    stage.press("j", "Enter")
    for _ in 0..<6 { stage.press("Backspace") }
    #expect(stage.press("Enter").contains(.perform(.set(.spoolReserve, value: "1 GB"))))
  }

  @Test func settingsShowAtOnceAndAreKept() {
    var stage = Stage()
    stage.press(",")
    #expect(stage.state.look.theme.name == "dark")
    let effects = stage.press("→", "→")
    #expect(effects.contains(.perform(.set(.theme, value: "light"))))
    #expect(stage.state.look.theme.name == "light")
    stage.press("↓")
    stage.press("Enter")
    #expect(stage.state.look.ascii)
    #expect(stage.text.contains("-----"))
    stage.press("↓", "→")
    #expect(stage.state.wantedImages == "cells")
    stage.press("↓", "Space")
    #expect(stage.state.wantsLowBandwidth)
    stage.press("↓", "Space")
    #expect(!stage.state.wantsMouse)
  }

  @Test func pasteRunsNoCommands() {
    var stage = Stage()
    stage.send(.input(.paste("q1q:quit\n")))
    #expect(stage.effects == [])
    #expect(stage.state.pane == .uploads)
  }

  @Test func keysFollowThePersonsMap() {
    let overrides = ["pane.reports": ["Ctrl-R", "r"], "quit": []]
    #expect(KeyMap.problems(in: overrides) == [])
    var stage = Stage(keys: KeyMap(overrides: overrides))
    stage.press("3")
    #expect(stage.state.pane == .uploads)
    stage.press("r")
    #expect(stage.state.pane == .reports)
    #expect(stage.press("q") == [])
    #expect(
      KeyMap.problems(in: ["pane.raports": ["r"], "quit": ["Ctrl-Qx"]]) == [
        "keymap: no command is called pane.raports; the README lists them",
        "keymap: quit: Ctrl-Qx is no key; write for example a, Space, Ctrl-P, F5",
      ])
  }

  @Test func everyKeyNameIsUnderstood() {
    for command in CommandTable.all {
      for key in command.keys {
        #expect(Key(named: key.label) == key, "\(command.id)")
        #expect(Key(named: key.label(ascii: true)) == key, "\(command.id)")
      }
    }
    #expect(Key(named: "Shift-Tab") == Key(.backTab))
    #expect(Key(named: "") == nil)
  }
}
