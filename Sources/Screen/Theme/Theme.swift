/// How the roles look. A theme is data: one ink for each role, and the paper.
public struct Theme: Sendable, Equatable {
  /// One role's colour in the three ways that terminals understand, and its attributes.
  public struct Ink: Sendable, Equatable {
    /// 0xRRGGBB for terminals with true colour; the nearest of the 256 is taken for others.
    public var rgb: UInt32
    /// 0…15 for terminals with 16 colours, nil for the terminal's own foreground.
    public var basic: UInt8?
    public var attributes: Style.Attributes
    /// Attributes where there is no colour at all.
    public var monoAttributes: Style.Attributes

    public init(
      _ rgb: UInt32, basic: UInt8?, _ attributes: Style.Attributes = [],
      mono: Style.Attributes? = nil
    ) {
      self.rgb = rgb
      self.basic = basic
      self.attributes = attributes
      monoAttributes = mono ?? attributes
    }
  }

  /// What a person calls it in the settings: lower case.
  public var name: String
  /// The background, 0xRRGGBB, painted where there are 256 colours or more: only so is the
  /// contrast what the theme promises. Nil leaves the terminal's own.
  public var paper: UInt32?
  /// True when it uses no colours at all.
  public var isMono: Bool
  private var inks: [Ink]

  /// - Parameter ink: asked once for every role.
  public init(name: String, paper: UInt32?, isMono: Bool = false, ink: (TextRole) -> Ink) {
    self.name = name
    self.paper = paper
    self.isMono = isMono
    inks = TextRole.allCases.map(ink)
  }

  /// The ink of a role.
  public subscript(role: TextRole) -> Ink {
    get { inks[role.place] }
    set { inks[role.place] = newValue }
  }

  /// The style of a role on a terminal with so many colours.
  public func style(_ role: TextRole, depth: ColorDepth) -> Style {
    let ink = self[role]
    if isMono || depth == .mono { return Style(attributes: ink.monoAttributes) }
    switch depth {
    case .mono: return Style(attributes: ink.monoAttributes)
    case .eight:
      // Bright colours do not exist: dim grey becomes the terminal's own, others lose brightness.
      let color = ink.basic.flatMap { $0 == 8 || $0 == 15 ? nil : Color.indexed($0 & 7) }
      return Style(foreground: color ?? .standard, attributes: ink.attributes)
    case .sixteen:
      return Style(
        foreground: ink.basic.map(Color.indexed) ?? .standard, attributes: ink.attributes)
    case .palette256:
      return Style(
        foreground: .indexed(Palette.nearest(ink.rgb)),
        background: paper.map { .indexed(Palette.nearest($0)) } ?? .standard,
        attributes: ink.attributes)
    case .trueColor:
      return Style(
        foreground: Palette.color(ink.rgb), background: paper.map(Palette.color) ?? .standard,
        attributes: ink.attributes)
    }
  }
}
