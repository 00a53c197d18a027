extension Theme {
  /// The themes that come with the program; the first is the default on a dark background, the
  /// second on a light one.
  public static let builtIn: [Theme] = [dark, light, highContrast, mono]

  /// The theme of a name, `dark` for one that nobody knows.
  public static func named(_ name: String, among themes: [Theme] = builtIn) -> Theme {
    themes.first { $0.name == name } ?? themes.first ?? dark
  }

  public static let dark = Theme(name: "dark", paper: 0x121417) { role in
    switch role {
    case .text: Ink(0xC6CBD1, basic: nil)
    case .dim: Ink(0x8E959D, basic: nil, mono: [.dim])
    case .bright: Ink(0xF2F4F6, basic: 15, [.bold])
    case .accent: Ink(0x5FAFFF, basic: 12, [.bold])
    case .selection: Ink(0x87C3FF, basic: 12, [.bold], mono: [.reverse])
    case .rule: Ink(0x7E858D, basic: 8, mono: [.dim])
    case .heading: Ink(0x8E959D, basic: nil, mono: [.underline])
    case .key: Ink(0xF2F4F6, basic: 15, [.bold])
    case .proven: Ink(0x5FD787, basic: 10)
    case .waiting: Ink(0xFFAF5F, basic: 11)
    case .alarm: Ink(0xFF7B72, basic: 9, [.bold])
    case .chart: Ink(0xA8B0B9, basic: 7)
    case .track: Ink(0x7E858D, basic: 8, mono: [.dim])
    case .border: Ink(0x8E959D, basic: 8)
    case .field: Ink(0xF2F4F6, basic: 15, [.underline])
    case .badge: Ink(0xF2F4F6, basic: 15, [.bold], mono: [.bold, .reverse])
    }
  }

  public static let light = Theme(name: "light", paper: 0xFAFAF8) { role in
    switch role {
    case .text: Ink(0x2E3338, basic: nil)
    case .dim: Ink(0x5B626A, basic: nil, mono: [.dim])
    case .bright: Ink(0x000000, basic: 0, [.bold])
    case .accent: Ink(0x005FAF, basic: 4, [.bold])
    case .selection: Ink(0x00539C, basic: 4, [.bold], mono: [.reverse])
    case .rule: Ink(0x6A7178, basic: 8, mono: [.dim])
    case .heading: Ink(0x5B626A, basic: nil, mono: [.underline])
    case .key: Ink(0x000000, basic: 0, [.bold])
    case .proven: Ink(0x00692E, basic: 2)
    case .waiting: Ink(0x8A4B00, basic: 3)
    case .alarm: Ink(0xB3000C, basic: 1, [.bold])
    case .chart: Ink(0x4A5158, basic: nil)
    case .track: Ink(0x6A7178, basic: 8, mono: [.dim])
    case .border: Ink(0x5B626A, basic: 8)
    case .field: Ink(0x000000, basic: 0, [.underline])
    case .badge: Ink(0x000000, basic: 0, [.bold], mono: [.bold, .reverse])
    }
  }

  public static let highContrast = Theme(name: "high-contrast", paper: 0x000000) { role in
    switch role {
    case .text, .heading, .chart, .border: Ink(0xFFFFFF, basic: 15)
    case .dim, .rule, .track: Ink(0xD0D0D0, basic: 7)
    case .bright, .key: Ink(0xFFFFFF, basic: 15, [.bold])
    case .accent: Ink(0x5FD7FF, basic: 14, [.bold])
    case .selection: Ink(0x5FD7FF, basic: 14, [.bold, .reverse])
    case .proven: Ink(0x5FFF87, basic: 10, [.bold])
    case .waiting: Ink(0xFFD75F, basic: 11, [.bold])
    case .alarm: Ink(0xFF8787, basic: 9, [.bold, .underline])
    case .field: Ink(0xFFFFFF, basic: 15, [.underline])
    case .badge: Ink(0xFFFFFF, basic: 15, [.bold, .reverse])
    }
  }

  /// No colour at all, as `NO_COLOR` asks: weight, underline and reverse carry the meaning, and
  /// every state is a word with a glyph anyway.
  public static let mono = Theme(name: "mono", paper: nil, isMono: true) { role in
    switch role {
    case .text, .proven, .chart, .border: Ink(0, basic: nil)
    case .dim, .rule, .track: Ink(0, basic: nil, [.dim])
    case .bright, .key, .accent, .waiting: Ink(0, basic: nil, [.bold])
    case .selection, .badge: Ink(0, basic: nil, [.bold, .reverse])
    case .heading, .field: Ink(0, basic: nil, [.underline])
    case .alarm: Ink(0, basic: nil, [.bold, .underline])
    }
  }
}
