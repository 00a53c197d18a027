import ArgumentParser
import Foundation

/// `radrelay` without a subcommand: the full-screen program.
struct OpenCommand: ParsableCommand, ScreenCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Open the full-screen program (the default).")

  @OptionGroup var home: HomeOptions
  @OptionGroup var pictures: PictureOptions

  func run() throws { throw ExitCode(try runOnScreen()) }

  func runOnScreen() throws -> Int32 {
    try Screens.run(home: home.location, pictures: pictures)
  }
}
