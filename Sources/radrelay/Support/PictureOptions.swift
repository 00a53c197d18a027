public import ArgumentParser
public import Screen
public import Terminal

/// How the full-screen program shows pictures; wins over the settings.
struct PictureOptions: ParsableArguments {
  @Option(
    help: """
      Show pictures this way: auto, cells, kitty, iterm2, sixel, half, quadrants, sextants, \
      braille or ascii (default: the setting, else the best that the terminal claims).
      """)
  var images: ImageMode?
  @Flag(help: "Send pictures in few bytes at a time, and in few greys.")
  var lowBandwidth = false
}

extension ImageMode: ExpressibleByArgument {}
extension CellRendering.Glyphs: ExpressibleByArgument {}
