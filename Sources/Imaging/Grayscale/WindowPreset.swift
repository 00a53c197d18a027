/// A window with a name, for Hounsfield units.
public struct WindowPreset: Sendable, Equatable {
  /// What a person types and reads: lower case.
  public let name: String
  public let window: GrayWindow

  /// In the order of their numbers, from 1.
  public static let computedTomography: [WindowPreset] = [
    WindowPreset(name: "lung", window: .lung),
    WindowPreset(name: "mediastinum", window: GrayWindow(center: 40, width: 400)),
    WindowPreset(name: "bone", window: GrayWindow(center: 300, width: 1500)),
    WindowPreset(name: "brain", window: .brain),
    WindowPreset(name: "stroke", window: GrayWindow(center: 40, width: 40)),
    WindowPreset(name: "abdomen", window: GrayWindow(center: 40, width: 400)),
  ]

  /// The preset of a name; nil when there is none.
  public static func named(_ name: String) -> WindowPreset? {
    computedTomography.first { $0.name == name.lowercased() }
  }

  /// The presets that make sense for an image: those for Hounsfield units, where it has them.
  public static func presets(for parameters: DisplayParameters) -> [WindowPreset] {
    parameters.unit == "HU" ? computedTomography : []
  }
}
