extension Theme {
  /// A theme from a person's file: another one with some colours changed.
  ///
  /// - Parameters:
  ///   - base: what stands where the file says nothing; `dark` when the file names none.
  ///   - colors: role names, and `paper` for the background, to `#RRGGBB`.
  /// - Returns: the theme, and a sentence for each line that was not understood or that cannot be
  ///   read: contrast below 4.5 to 1.
  public static func custom(
    name: String, base: Theme = .dark, colors: [String: String]
  ) -> (theme: Theme, problems: [String]) {
    var theme = base
    theme.name = name
    theme.isMono = false
    var problems: [String] = []
    for (key, value) in colors.sorted(by: { $0.key < $1.key }) {
      guard let rgb = rgb(value) else {
        problems.append("theme \(name): \(key) = \(value): write a colour as #RRGGBB")
        continue
      }
      if key == "paper" {
        theme.paper = rgb
      } else if let role = TextRole(rawValue: key) {
        theme[role].rgb = rgb
      } else {
        let names = TextRole.allCases.map(\.rawValue).joined(separator: ", ")
        problems.append("theme \(name): nothing is called \(key); there are paper, \(names)")
      }
    }
    if let paper = theme.paper {
      for role in TextRole.allCases where Palette.contrast(theme[role].rgb, paper) < 4.5 {
        problems.append("theme \(name): \(role.rawValue) is hard to read on its paper")
      }
    }
    return (theme, problems)
  }

  private static func rgb(_ text: String) -> UInt32? {
    guard text.utf8.count == 7, text.first == "#" else { return nil }
    let digits = text.dropFirst()
    guard digits.allSatisfy(\.isHexDigit) else { return nil }
    return UInt32(digits, radix: 16)
  }
}
