/// The greys that a terminal has, and which of them stands for a brightness at a place: where there
/// are few, a fixed pattern of neighbours makes up what lies between. The pattern stays where it is
/// from frame to frame, so that only what changes in the picture changes on the screen.
struct GrayLevels: Sendable {
  /// Colours by rising brightness.
  let colors: [Color]
  let brightness: [UInt8]
  /// Index into `colors` by brightness and place in the pattern; empty for one colour per brightness.
  private let table: [UInt8]

  /// All 256.
  static let trueColor = GrayLevels(
    (0...255).map { (Color.rgb(UInt8($0), UInt8($0), UInt8($0)), UInt8($0)) })

  /// The 24 of the grey ramp, black and white, and the four greys of the colour cube.
  static let palette256 = GrayLevels(
    [16, 59, 102, 145, 188, 231].map { level($0) } + (232...255).map { level($0) })

  /// Black, two greys, white.
  static let sixteen = GrayLevels([0, 8, 7, 15].map { level($0) })

  /// Black and white: the brightest that there is counts as white.
  static let eight = GrayLevels([(.indexed(0), 0), (.indexed(7), 255)])

  /// For a depth with at least two greys.
  static func of(_ depth: ColorDepth) -> GrayLevels {
    switch depth {
    case .trueColor: trueColor
    case .palette256: palette256
    case .sixteen: sixteen
    case .eight, .mono: eight
    }
  }

  private static func level(_ index: UInt8) -> (Color, UInt8) {
    (.indexed(index), UInt8(Palette.rgb(of: index) & 0xFF))
  }

  private init(_ levels: [(Color, UInt8)]) {
    var sorted: [(Color, UInt8)] = []
    for level in levels.sorted(by: { $0.1 < $1.1 }) where level.1 != sorted.last?.1 {
      sorted.append(level)
    }
    colors = sorted.map(\.0)
    brightness = sorted.map(\.1)
    var table: [UInt8] = []
    if sorted.count < 256 {
      table.reserveCapacity(256 * 64)
      for value in 0..<256 {
        let upper = sorted.firstIndex { Int($0.1) >= value } ?? sorted.count - 1
        let lower = max(0, upper - 1)
        let (low, high) = (Int(sorted[lower].1), Int(sorted[upper].1))
        let share =
          sorted.count == 2
          ? Double(value - low) / Double(high - low) : Self.share(of: value, from: low, to: high)
        for place in 0..<64 {
          table.append(UInt8(clamping: share > Self.thresholds[place] ? upper : lower))
        }
      }
    }
    self.table = table
  }

  /// The index of the level that stands for a brightness at a place.
  @inline(__always)
  func index(_ value: UInt8, x: Int, y: Int) -> Int {
    table.isEmpty ? Int(value) : Int(table[Int(value) << 6 | (y & 7) << 3 | x & 7])
  }

  /// How many of the neighbours must have the brighter level. Light adds up, not the numbers that
  /// stand for it: those are about its square root. (With two levels only, the dots are too far
  /// apart to blend in the eye; there the numbers themselves keep more of what is dark.)
  private static func share(of value: Int, from low: Int, to high: Int) -> Double {
    guard high > low else { return 1 }
    let value = max(value, low)
    return Double(min(value, high) * min(value, high) - low * low)
      / Double(high * high - low * low)
  }

  /// Bayer's matrix of 8 by 8, between 0 and 1.
  static let thresholds: [Double] = (0..<64).map { place in
    let x = place & 7
    let y = place >> 3
    var value = 0
    for bit in 0..<3 {
      let a = x >> bit & 1
      let b = y >> bit & 1
      value |= (a ^ b) << (5 - 2 * bit) | b << (4 - 2 * bit)
    }
    return (Double(value) + 0.5) / 64
  }
}
