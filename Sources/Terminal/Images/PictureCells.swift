import Screen

/// The picture cells that the terminal shows, and how to bring them to what is wanted.
struct PictureCells {
  /// What a call to ``paint`` wrote.
  struct Result {
    var bytes: [UInt8]
    /// False when the allowance was used up before everything was written.
    var isComplete: Bool
  }

  private let depth: ColorDepth
  private let unicode: Bool
  private var size = Size(width: 0, height: 0)
  /// Nil where there is no picture, or where nothing is known.
  private var shown: [Cell?] = []
  private var areas: [Rect] = []
  /// Where the next call begins, when a call could not write everything: no row waits for ever.
  private var turn = 0

  init(depth: ColorDepth, unicode: Bool) {
    self.depth = depth
    self.unicode = unicode
  }

  /// Nothing is known any more.
  mutating func forget() {
    shown = Array(repeating: nil, count: size.width * size.height)
    areas = []
    turn = 0
  }

  /// Forgets what text was written over.
  mutating func erase(_ size: Size, isPicture: (_ x: Int, _ y: Int) -> Bool) {
    guard size == self.size else { return }
    for area in areas {
      for y in area.y..<area.maxY {
        for x in area.x..<area.maxX where !isPicture(x, y) { shown[y * size.width + x] = nil }
      }
    }
  }

  /// Writes what differs, row by row.
  /// - Parameters:
  ///   - areas: where pictures are to be; elsewhere nothing is written, and what was is forgotten.
  ///   - cell: what is wanted at a place; nil where there is text, or graphics.
  ///   - allowance: bytes, roughly.
  mutating func paint(
    _ size: Size, _ areas: [Rect], allowance: Int, cell: (_ x: Int, _ y: Int) -> Cell?
  ) -> Result {
    if size != self.size {
      self.size = size
      forget()
    }
    if areas != self.areas { drop(outside: areas) }
    let rows = rowsInTurn(areas)
    var encoder = CellEncoder(depth: depth, unicode: unicode)
    var isComplete = true
    for (index, row) in rows.enumerated() {
      for area in areas where row >= area.y && row < area.maxY {
        for x in area.x..<area.maxX {
          let place = row * size.width + x
          guard let wanted = cell(x, row) else {
            shown[place] = nil
            continue
          }
          if shown[place] != wanted {
            encoder.put(wanted, x: x, y: row)
            shown[place] = wanted
          }
        }
      }
      if encoder.bytes.count >= allowance, index + 1 < rows.count {
        isComplete = false
        turn = (turn + index + 1) % max(1, rows.count)
        break
      }
    }
    if isComplete { turn = 0 }
    encoder.finish()
    return Result(bytes: encoder.bytes, isComplete: isComplete)
  }

  /// How many cells differ from what is wanted.
  func difference(_ size: Size, _ areas: [Rect], cell: (_ x: Int, _ y: Int) -> Cell?) -> Int {
    var count = 0
    for area in areas {
      for y in area.y..<area.maxY {
        for x in area.x..<area.maxX {
          guard let wanted = cell(x, y) else { continue }
          if size != self.size || shown[y * size.width + x] != wanted { count += 1 }
        }
      }
    }
    return count
  }

  /// All rows with pictures, so that any beginning of them is spread evenly over the height: every
  /// eighth, then those between.
  private func rowsInTurn(_ areas: [Rect]) -> [Int] {
    var rows: [Int] = []
    for row in 0..<size.height where areas.contains(where: { row >= $0.y && row < $0.maxY }) {
      rows.append(row)
    }
    let order: [Int] = [0, 4, 2, 6, 1, 5, 3, 7].flatMap { first in
      stride(from: first, to: rows.count, by: 8).map { rows[$0] }
    }
    guard turn > 0, turn < order.count else { return order }
    return Array(order[turn...] + order[..<turn])
  }

  private mutating func drop(outside areas: [Rect]) {
    self.areas = areas
    for y in 0..<size.height {
      let line = y * size.width
      for x in 0..<size.width where shown[line + x] != nil {
        if !areas.contains(where: { $0.contains(Point(x: x, y: y)) }) { shown[line + x] = nil }
      }
    }
  }
}
