import ArgumentParser
import Foundation
import Imaging
import Screen

/// `radrelay image …`: shows images without the full-screen program; needs no store.
struct ImageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image", abstract: "Show or convert images of DICOM files.",
    subcommands: [Render.self])

  struct Render: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print an image in the terminal, or write it as a PNG file.",
      discussion: """
        Without a format it takes the best that the terminal claims to understand: kitty \
        graphics, iTerm2 inline images, sixel, else characters. The window is the file's own \
        unless another is given. Not for diagnostic use.
        """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
      case cells, sixel, kitty, iterm2, png
    }

    @Option(help: "Frame, from 1.")
    var frame = 1
    @Option(help: "Window as centre/width, in the unit of the image (HU for CT).")
    var window: WindowArgument?
    @Option(help: "Window by name: lung, mediastinum, bone, brain, stroke, abdomen (CT only).")
    var preset: String?
    @Option(help: "Columns and rows, as 80x40, or pixels, as 512x512px (PNG: always pixels).")
    var size: ImageSize?
    @Option(help: "How to show it: cells, sixel, kitty, iterm2 or png.")
    var format: Format?
    @Option(help: "Characters: half, quadrants, sextants, braille or ascii.")
    var glyphs: CellRendering.Glyphs?
    @Option(help: "Colours of characters: mono, 8, 16, 256 or true.")
    var colors: ColorArgument?
    @Flag(help: "Exchange black and white.")
    var invert = false
    @Flag(help: "Leave out the file's overlays.")
    var noOverlays = false
    @Option(name: [.short, .long], help: "Write here instead of to the terminal.")
    var output: String?
    @Argument(help: "DICOM file.")
    var file: String

    func validate() throws {
      if window != nil, preset != nil {
        throw ValidationError("Give either --window or --preset.")
      }
      if frame < 1 { throw ValidationError("Frames count from 1.") }
    }

    func run() throws {
      let picture: RenderedImage
      do {
        picture = try RenderedImage(
          path: file, frame: frame - 1, window: window?.transform, preset: preset,
          isInverted: invert, overlays: !noOverlays)
      } catch let error as FrameError {
        throw CommandFailure(error.description, error.exitStatus)
      }
      let place = ImageDestination(self)
      try place.write(picture)
      if output == nil { Output.note(picture.caption) }
    }
  }
}
