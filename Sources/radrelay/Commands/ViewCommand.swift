import ArgumentParser
import Foundation

/// `radrelay view PATH…`: the viewer, at once.
struct ViewCommand: ParsableCommand, ScreenCommand {
  static let configuration = CommandConfiguration(
    commandName: "view", abstract: "Show the images of DICOM files and folders.",
    discussion: """
      Folders are read with everything below them; ZIP archives are looked into. Studies are shown \
      one at a time, S goes to the next. The files are only read. NOT FOR DIAGNOSTIC USE.
      """)

  @OptionGroup var home: HomeOptions
  @OptionGroup var pictures: PictureOptions
  @Argument(help: "Files and folders.")
  var paths: [String]

  func run() throws { throw ExitCode(try runOnScreen()) }

  func runOnScreen() throws -> Int32 {
    for path in paths where !FileManager.default.fileExists(atPath: path) {
      throw CommandFailure("There is no file or folder \(path). Check the path.", .notFound)
    }
    return try Screens.run(
      home: home.location, pictures: pictures,
      images: paths.map { URL(fileURLWithPath: $0).standardizedFileURL.path })
  }
}
