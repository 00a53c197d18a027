/// A share of a row or a column of the screen.
public enum Extent: Sendable, Hashable {
  /// So many cells, as far as there is room.
  case fixed(Int)
  /// What is left, shared by weight.
  case flexible(Int)
}

extension Rect {
  /// Side by side, from the left, with `gap` columns between; parts that find no room are empty.
  public func columns(_ extents: [Extent], gap: Int = 0) -> [Rect] {
    var left = x
    return Self.share(width, extents, gap: gap).map { width in
      defer { left += width + gap }
      return Rect(x: min(left, maxX), y: y, width: width, height: height)
    }
  }

  /// One below the other, from the top, with `gap` rows between.
  public func rows(_ extents: [Extent], gap: Int = 0) -> [Rect] {
    var top = y
    return Self.share(height, extents, gap: gap).map { height in
      defer { top += height + gap }
      return Rect(x: x, y: min(top, maxY), width: width, height: height)
    }
  }

  /// One row of the rectangle, counted from its top, or from its bottom when negative; empty when
  /// outside.
  public func row(_ index: Int) -> Rect {
    let top = index < 0 ? maxY + index : y + index
    guard top >= y, top < maxY else { return Rect(x: x, y: y, width: 0, height: 0) }
    return Rect(x: x, y: top, width: width, height: 1)
  }

  /// A rectangle of a size in the middle of this one, never larger than it.
  public func centered(width: Int, height: Int) -> Rect {
    let width = min(max(0, width), self.width)
    let height = min(max(0, height), self.height)
    return Rect(
      x: x + (self.width - width) / 2, y: y + (self.height - height) / 2, width: width,
      height: height)
  }

  /// Lengths for extents: fixed ones first, in order, then the rest by weight.
  static func share(_ length: Int, _ extents: [Extent], gap: Int) -> [Int] {
    var left = max(0, length - gap * max(0, extents.count - 1))
    var weights = 0
    var result = extents.map { extent in
      switch extent {
      case .fixed(let wanted):
        let given = min(max(0, wanted), left)
        left -= given
        return given
      case .flexible(let weight):
        weights += max(0, weight)
        return 0
      }
    }
    for (index, extent) in extents.enumerated() {
      guard case .flexible(let weight) = extent, weight > 0, weights > 0 else { continue }
      result[index] = left * weight / weights
      left -= result[index]
      weights -= weight
    }
    return result
  }
}
