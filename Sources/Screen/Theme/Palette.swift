/// The 240 fixed colours of 256-colour terminals, and contrast.
public enum Palette {
  private static let steps: [UInt32] = [0, 95, 135, 175, 215, 255]
  private static let basic: [UInt32] = [
    0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
    0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
  ]

  static func color(_ rgb: UInt32) -> Color {
    .rgb(UInt8(rgb >> 16 & 0xFF), UInt8(rgb >> 8 & 0xFF), UInt8(rgb & 0xFF))
  }

  /// 0xRRGGBB of an entry; the first sixteen, which users change, as xterm has them.
  public static func rgb(of index: UInt8) -> UInt32 {
    let value = Int(index)
    if value < 16 { return basic[value] }
    if value >= 232 {
      let gray = UInt32(8 + (value - 232) * 10)
      return gray << 16 | gray << 8 | gray
    }
    let cube = value - 16
    return steps[cube / 36] << 16 | steps[cube / 6 % 6] << 8 | steps[cube % 6]
  }

  /// The entry (16…255) that looks most like a colour: least squared distance. That is the nearest
  /// of the cube, found channel by channel, or the nearest grey.
  public static func nearest(_ rgb: UInt32) -> UInt8 {
    let channels = [rgb >> 16 & 0xFF, rgb >> 8 & 0xFF, rgb & 0xFF].map(Int.init)
    let places = channels.map { channel in
      steps.indices.min { abs(Int(steps[$0]) - channel) < abs(Int(steps[$1]) - channel) } ?? 0
    }
    let cube = UInt8(16 + places[0] * 36 + places[1] * 6 + places[2])
    let mean = channels.reduce(0, +) / 3
    let gray = UInt8(232 + min(23, max(0, (mean - 3) / 10)))
    func distance(_ index: UInt8) -> Int {
      let other = Self.rgb(of: index)
      return zip(channels, [other >> 16, other >> 8, other]).reduce(0) { sum, pair in
        let difference = pair.0 - Int(pair.1 & 0xFF)
        return sum + difference * difference
      }
    }
    return distance(gray) < distance(cube) ? gray : cube
  }

  /// Contrast ratio of two colours, 1…21 (WCAG 2.2, "contrast ratio").
  public static func contrast(_ a: UInt32, _ b: UInt32) -> Double {
    let lighter = max(luminance(a), luminance(b))
    let darker = min(luminance(a), luminance(b))
    return (lighter + 0.05) / (darker + 0.05)
  }

  /// Relative luminance, 0…1 (WCAG 2.2); the gamma curve as x^2.4 by square roots would need
  /// Foundation, so the fourth-power form is used: x^2.4 = x^2 · (x^(1/5))^2.
  private static func luminance(_ rgb: UInt32) -> Double {
    func linear(_ byte: UInt32) -> Double {
      let value = Double(byte & 0xFF) / 255
      guard value > 0.04045 else { return value / 12.92 }
      let base = (value + 0.055) / 1.055
      // Fifth root by Newton's method; converges from 1 in a few steps for 0…1.
      var root = 1.0
      for _ in 0..<40 {
        root -= (root * root * root * root * root - base) / (5 * root * root * root * root)
      }
      return base * base * root * root
    }
    return 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8) + 0.0722 * linear(rgb)
  }
}
