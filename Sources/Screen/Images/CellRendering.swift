/// How a picture becomes characters.
public struct CellRendering: Sendable, Hashable {
  /// Characters that divide a cell into samples.
  public enum Glyphs: String, Sendable, Hashable, CaseIterable {
    /// `▀`: one above the other, each in its own colour.
    case half
    /// `▚` and its like: two by two, in two colours.
    case quadrants
    /// Two by three, in two colours (Unicode 13; few fonts have them).
    case sextants
    /// Two by four dots.
    case braille
    /// Shades of the background, or a ramp of characters where there are few colours.
    case ascii

    /// Samples of a cell.
    public var across: Int { self == .half || self == .ascii ? 1 : 2 }
    public var down: Int {
      switch self {
      case .ascii: 1
      case .half, .quadrants: 2
      case .sextants: 3
      case .braille: 4
      }
    }
  }

  public var glyphs: Glyphs
  public var depth: ColorDepth
  /// True where the terminal's own background is light: with no colours, ink then stands for black.
  public var isLightBackground: Bool

  public init(
    glyphs: Glyphs = .half, depth: ColorDepth = .palette256, isLightBackground: Bool = false
  ) {
    self.glyphs = glyphs
    self.depth = depth
    self.isLightBackground = isLightBackground
  }

  /// What to take when nobody asked for anything: half blocks show the truest grey; where there is
  /// no colour, more dots are better than fewer.
  public static func best(
    depth: ColorDepth, unicode: Bool, isLightBackground: Bool = false
  ) -> CellRendering {
    let glyphs: Glyphs = !unicode ? .ascii : depth <= .eight ? .quadrants : .half
    return CellRendering(glyphs: glyphs, depth: depth, isLightBackground: isLightBackground)
  }
}
