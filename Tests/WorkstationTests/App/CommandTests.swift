import Domain
import Foundation
import Screen
import Testing

@testable import Workstation

/// What the table of commands promises.
@Suite struct CommandTests {
  @Test func idsAreUniqueAndNamed() {
    #expect(Set(CommandTable.all.map(\.id)).count == CommandTable.all.count)
    for command in CommandTable.all {
      #expect(!command.title.isEmpty && command.help.hasSuffix("."), "\(command.id)")
      if case .pane = command.scope {
        #expect(command.id.split(separator: ".").count == 2, "\(command.id)")
      }
    }
  }

  /// No two commands that can be meant at once have the same key; in a pane its own go first, so
  /// only commands of one pane, or of all, can be in each other's way.
  @Test func keysDoNotCollide() {
    for group in [CommandTable.everywhere] + PaneID.allCases.map(CommandTable.commands(of:)) {
      var owners: [Key: [Command]] = [:]
      for command in group { for key in command.keys { owners[key, default: []].append(command) } }
      for (key, commands) in owners where commands.count > 1 {
        // The same key may mean different things in different states of a pane, never in one.
        for size in ShellScreenTests.sizes {
          for var stage in Self.stages(Size(width: size.0, height: size.1)) {
            guard case .pane(let pane) = commands[0].scope else {
              Issue.record("\(key.label) is \(commands.map(\.id))")
              continue
            }
            _ = stage.state.go(to: pane)
            let shown = commands.filter { $0.isShown(stage.state) }
            #expect(shown.count <= 1, "\(key.label) is \(shown.map(\.id))")
          }
        }
      }
    }
  }

  /// Whatever can be done has a key or stands in the palette, and the palette runs it.
  @Test(arguments: PaneID.allCases) func paletteReachesEverything(_ pane: PaneID) {
    for command in CommandTable.all {
      var direct = Stage(Size(width: 120, height: 40))
      _ = direct.state.go(to: pane)
      guard command.isShown(direct.state) else { continue }
      var byPalette = direct
      direct.effects = direct.state.run(command, argument: "")
      for case .perform(.set(let setting, let value)) in direct.effects {
        direct.effects += direct.state.apply(setting, value)
      }
      byPalette.press(":")
      guard case .picker(var picker) = byPalette.state.layers.last else {
        Issue.record("no palette in \(pane)")
        return
      }
      guard let index = picker.rows.firstIndex(where: { $0.id == command.id }) else {
        // A pane's own command for the same keys stands for it.
        #expect(command.scope == .everywhere && !command.keys.isEmpty, "\(command.id)")
        continue
      }
      picker.selected = index
      byPalette.state.layers = [.picker(picker)]
      byPalette.press("Enter")
      #expect(byPalette.effects == direct.effects, "\(command.id)")
      let isSame = byPalette.state == direct.state
      #expect(isSame, "\(command.id)")
    }
  }

  /// Each key in the key bar does something, as a key and as a click.
  @Test(arguments: PaneID.allCases) func everyHintWorks(_ pane: PaneID) {
    for size in ShellScreenTests.sizes {
      for var stage in Self.stages(Size(width: size.0, height: size.1)) {
        _ = stage.state.go(to: pane)
        stage.answerNotifications()
        let layout = FrameLayout(size: stage.state.size)
        let placed = KeyBar.place(stage.state.barHints, in: layout.keys)
        for hit in placed.hits {
          let item = stage.state.barItems[hit.index]
          var pressed = stage
          pressed.send(.input(.key(item.key)))
          let didSomething = pressed.state != stage.state || !pressed.effects.isEmpty
          #expect(didSomething, "\(item.label) \(item.title) in \(pane)")
          var clicked = stage
          clicked.send(
            .input(
              .mouse(
                Mouse(action: .press, button: .left, point: Point(x: hit.area.x, y: hit.area.y)))))
          let isSame = clicked.state == pressed.state && clicked.effects == pressed.effects
          #expect(isSame, "click on \(item.label) in \(pane)")
        }
      }
    }
  }

  @Test func theTableForDocumentsHasARowForEach() {
    let lines = CommandTable.markdown().split(separator: "\n")
    #expect(lines.count == CommandTable.all.count + 2)
    #expect(lines.allSatisfy { $0.split(separator: "|").count == 4 })
  }

  /// The program with and without layers.
  static func stages(_ size: Size) -> [Stage] {
    var help = Stage(size)
    help.press("?")
    var palette = Stage(size)
    palette.press(":")
    return [Stage(size), Stage(size, user: nil), help, palette]
  }
}
