import Screen

/// Turns colours into palette indexes that the terminal has. For true colour, the indexes 16…255
/// become slots, whose colours ``StyleFilter`` puts into ncurses' output: ncurses itself knows
/// direct colour only for terminal types that few systems have installed.
struct ColorMapper {
  let depth: ColorDepth
  /// The colour of each slot, by index minus 16, as 0xRRGGBB; nil where it is the palette's own.
  private(set) var slots: [UInt32?] = Array(repeating: nil, count: 240)
  private var slotOf: [UInt32: Int] = [:]
  private var nearestOf: [UInt32: Int] = [:]
  /// Colours found no slot: the next frame should start with empty slots and send everything.
  private(set) var isFull = false

  init(depth: ColorDepth) { self.depth = depth }

  /// The palette index, or -1 for the terminal's own colour.
  mutating func index(_ color: Color) -> Int {
    if depth == .mono { return -1 }
    switch color {
    case .standard: return -1
    case .indexed(let index): return fit(Int(index))
    case .rgb(let red, let green, let blue):
      let rgb = UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
      return depth == .trueColor ? slot(rgb) : nearest(rgb)
    }
  }

  /// Forgets the slots; all cells must then be sent again.
  mutating func reset() {
    slots = Array(repeating: nil, count: 240)
    slotOf.removeAll(keepingCapacity: true)
    isFull = false
  }

  private mutating func fit(_ index: Int) -> Int {
    switch depth {
    case .mono: return -1
    case .eight: return index < 16 ? index % 8 : nearest(Palette.rgb(of: UInt8(clamping: index)))
    case .sixteen: return index < 16 ? index : nearest(Palette.rgb(of: UInt8(clamping: index)))
    case .palette256: return index
    case .trueColor: return index < 16 ? index : slot(Palette.rgb(of: UInt8(clamping: index)))
    }
  }

  private mutating func slot(_ rgb: UInt32) -> Int {
    if let known = slotOf[rgb] { return known }
    let used = slotOf.count
    guard used < slots.count else {
      isFull = true
      return slotNearest(rgb)
    }
    slots[used] = rgb
    slotOf[rgb] = used + 16
    return used + 16
  }

  private func slotNearest(_ rgb: UInt32) -> Int {
    let nearest = slots.indices.min { a, b in
      distance(slots[a] ?? 0, rgb) < distance(slots[b] ?? 0, rgb)
    }
    return (nearest ?? 0) + 16
  }

  private mutating func nearest(_ rgb: UInt32) -> Int {
    if let known = nearestOf[rgb] { return known }
    let found: Int
    switch depth {
    case .eight, .sixteen:
      found =
        (0..<depth.rawValue).min { a, b in
          distance(Palette.rgb(of: UInt8(clamping: a)), rgb)
            < distance(Palette.rgb(of: UInt8(clamping: b)), rgb)
        } ?? 7
    case .palette256, .trueColor: found = Int(Palette.nearest(rgb))
    case .mono: found = -1
    }
    // Bounded: images bring many colours.
    if nearestOf.count > 4096 { nearestOf.removeAll(keepingCapacity: true) }
    nearestOf[rgb] = found
    return found
  }

  private func distance(_ a: UInt32, _ b: UInt32) -> Int {
    var sum = 0
    for shift in [UInt32(16), 8, 0] {
      let difference = Int(a >> shift & 0xFF) - Int(b >> shift & 0xFF)
      sum += difference * difference
    }
    return sum
  }
}
