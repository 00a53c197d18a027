public import Screen

/// How pictures are to be shown: by the best way that the terminal claims, or as a person says.
public enum ImageMode: String, Sendable, Hashable, CaseIterable {
  case auto
  case kitty, iterm2, sixel
  /// Characters only, of a kind; `cells` takes the best.
  case cells, half, quadrants, sextants, braille, ascii

  /// The characters that are asked for; nil where that is left open.
  public var glyphs: CellRendering.Glyphs? { CellRendering.Glyphs(rawValue: rawValue) }
}
