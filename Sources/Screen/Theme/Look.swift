/// How everything is drawn: a theme on a terminal with so many colours, with or without glyphs
/// beyond ASCII. Styles are worked out once, not per cell.
public struct Look: Sendable, Equatable {
  public let theme: Theme
  public let depth: ColorDepth
  /// True draws frames and glyphs in ASCII only. Views draw as always; ``CellBuffer/useASCIIGlyphs()``
  /// replaces our glyphs at the end.
  public let ascii: Bool
  /// By the place of the role.
  private let styles: [Style]

  public init(theme: Theme = .dark, depth: ColorDepth = .palette256, ascii: Bool = false) {
    self.theme = theme
    self.depth = depth
    self.ascii = ascii
    styles = TextRole.allCases.map { theme.style($0, depth: depth) }
  }

  /// The style of a role.
  public subscript(role: TextRole) -> Style { styles[role.place] }

  /// A span of text in a role.
  public func span(_ text: String, _ role: TextRole) -> Span { Span(text, self[role]) }
}
