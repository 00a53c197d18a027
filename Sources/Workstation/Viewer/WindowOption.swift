import Imaging

/// A window that has a number: presets where the values are Hounsfield units, then what the file
/// offers, then one made for the image.
struct WindowOption: Equatable {
  var name: String
  var setting: WindowSetting
  /// Centre and width, where it is a window that is known beforehand.
  var window: GrayWindow?

  static func all(_ facts: ImageFacts) -> [WindowOption] {
    guard facts.isGray else { return [] }
    let presets = WindowPreset.presets(for: facts.parameters).map {
      WindowOption(name: $0.name, setting: .window($0.window), window: $0.window)
    }
    let views = facts.parameters.views.enumerated().map { index, view in
      var window: GrayWindow?
      if case .window(let own, _) = view.transform { window = own }
      let kind = window == nil ? "LUT" : "file"
      return WindowOption(
        name: view.name.isEmpty ? "\(kind) \(index + 1)" : view.name, setting: .view(index),
        window: window)
    }
    return Array(
      (presets + views + [WindowOption(name: "fitting", setting: .fitting)]).prefix(9))
  }

  /// What a number stands for in CT; nil beyond the presets.
  static func nameInCT(_ number: Int) -> String? {
    let presets = WindowPreset.computedTomography
    return presets.indices.contains(number - 1) ? presets[number - 1].name : nil
  }

  /// `-600/1500`, centre and width; empty where it is not known beforehand.
  var numbers: String {
    window.map {
      "\(ViewerWords.number($0.center, digits: 0))/\(ViewerWords.number($0.width, digits: 0))"
    } ?? ""
  }

  /// The window after a change of width by a factor and of the level by a share of the width.
  static func changed(_ window: GrayWindow, width factor: Double, level share: Double) -> GrayWindow
  {
    let isCoarse = window.width >= 20
    var width = min(max(window.width * factor, isCoarse ? 1 : 0.01), 1e9)
    var center = window.center + share * window.width
    if isCoarse {
      // A step is at least 1, so that no key is without effect.
      if factor != 1, abs(width - window.width) < 1 { width = window.width + (factor > 1 ? 1 : -1) }
      if share != 0, abs(center - window.center) < 1 {
        center = window.center + (share > 0 ? 1 : -1)
      }
      width = width.rounded()
      center = center.rounded()
    }
    return GrayWindow(center: min(max(center, -1e9), 1e9), width: width)
  }
}
