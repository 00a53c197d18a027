import ArgumentParser
import Foundation
import Intake

/// `radrelay watch DIR…`: queues the studies that appear in folders.
struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Queue the studies that appear in folders, until stopped.",
    discussion: """
      A study is taken when none of its files has changed for --quiet seconds. Files stay where \
      they are; do not remove them before their study is verified. What was taken once is not taken \
      again, also after a restart; images that come later make an upload of their own. A study with \
      several patients is queued and held until a person decides. Hidden files and files that end \
      in .part or .tmp are left alone until they are renamed. The queue is sent by the full-screen \
      program, by `radrelay sync` or by `radrelay agent`, which takes --watch, too.
      """)

  @OptionGroup var home: HomeOptions
  @OptionGroup var arguments: IntakeArguments
  @Argument(help: "Folders.", completion: .directory) var folders: [String]
  @Flag(help: "Take what is there and quiet, and end.") var once = false

  func run() async throws {
    let store = try home.open()
    var intakes: [FolderIntake] = []
    for folder in folders {
      intakes.append(
        try await arguments.intake(
          of: Paths.absolute(folder), isOurs: false, store: store, tell: { Output.note($0) }))
    }
    if once {
      for intake in intakes {
        let left = try await intake.once()
        if left > 0 { Output.note("\(left) files are still being written; take them later") }
      }
      return
    }
    let running = intakes
    try await Service.untilStopped {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for intake in running { group.addTask { try await intake.run() } }
        try await group.waitForAll()
      }
    }
  }
}
