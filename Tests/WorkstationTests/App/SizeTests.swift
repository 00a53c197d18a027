import Domain
import Foundation
import Screen
import Testing

@testable import Workstation

/// Nothing minds the size of the terminal.
@Suite struct SizeTests {
  static let sizes: [(Int, Int)] = {
    var sizes: [(Int, Int)] = []
    for width in 0...14 { for height in 0...12 { sizes.append((width, height)) } }
    for width in [20, 40, 79, 80, 119, 120, 210] {
      for height in [1, 3, 9, 20, 23, 24, 65] { sizes.append((width, height)) }
    }
    return sizes
  }()

  /// Every pane under every layer, drawn at every size, also while being resized under way.
  @Test(arguments: PaneID.allCases) func everythingAtEverySize(_ pane: PaneID) {
    var stage = Stage()
    _ = stage.state.go(to: pane)
    stage.answerNotifications()
    var stages = [stage]
    for keys in [["?"], [":"], ["/"], ["L"]] {
      var other = stage
      for key in keys { other.press(key) }
      stages.append(other)
    }
    var question = stage
    question.state.layers = [
      .confirm(
        ConfirmLayer(
          question: Confirmation(
            id: "x", title: "山田?", text: "Evil\u{1b}[2J text", action: "Do it"),
          asker: .shell)),
      .prompt(
        PromptLayer(Prompt(id: "y", title: "Why?", text: "Reason", initial: "山"), asker: .shell)),
      .details(DetailsLayer(title: "山田", text: "a\nb\nc\u{202E}")),
    ]
    stages.append(question)
    for (width, height) in Self.sizes {
      for index in stages.indices {
        stages[index].resize(width, height)
        let buffer = stages[index].draw()
        #expect(buffer.size == Size(width: width, height: height))
        Self.expectWhole(buffer, "\(pane) \(index) at \(width)x\(height)")
      }
    }
  }

  /// Any keys at any size: no crash, a whole grid.
  @Test(arguments: 1...4) func anyKeysAtAnySize(_ seed: UInt64) {
    var random = Shuffle(state: seed)
    let keys =
      CommandTable.all.filter { $0.id != "quit" }.flatMap(\.keys)
      + "abyz .山\u{301}".map { Key.character($0) } + [Key(.backspace), Key(.delete)]
    var stage = Stage(user: seed % 2 == 0 ? nil : Stage.user)
    for step in 0..<300 {
      switch random.next() % 12 {
      case 0:
        stage.resize(Int(random.next() % 130), Int(random.next() % 40))
      case 1:
        let actions: [Mouse.Action] = [.press, .wheelUp, .wheelDown, .drag, .release]
        let point = Point(x: Int(random.next() % 130), y: Int(random.next() % 40))
        stage.send(
          .input(
            .mouse(
              Mouse(
                action: actions[Int(random.next() % 5)], button: .left, point: point))))
      case 2: stage.send(.input(.paste("pasted \u{1b}[31m text\n")))
      case 3: stage.answerNotifications()
      default:
        stage.send(.input(.key(keys[Int(random.next() % UInt64(keys.count))])))
        stage.answerNotifications()
      }
      Self.expectWhole(stage.draw(), "seed \(seed) step \(step)")
    }
  }

  static func expectWhole(_ buffer: CellBuffer, _ note: String) {
    for y in 0..<buffer.size.height {
      let row = Array(buffer.row(y))
      let width = row.reduce(0) { $0 + Int($1.width) }
      let isClean = row.allSatisfy { cell in
        cell.text.unicodeScalars.allSatisfy {
          $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value)
        }
      }
      if width != buffer.size.width || !isClean {
        Issue.record("row \(y) is \(width) wide, clean: \(isClean); \(note)")
        return
      }
    }
    if let cursor = buffer.cursor, !buffer.area.contains(cursor) {
      Issue.record("cursor \(cursor) outside; \(note)")
    }
  }

  struct Shuffle {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
  }
}
