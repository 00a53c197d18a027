import Screen

/// Whether a picture on a slow line is being drawn in blocks, or already in detail.
struct PictureStage {
  private(set) var isCoarse = false
  private var picture: CellBuffer?

  /// Begins with a frame, or goes on with it.
  /// - Parameter isLarge: asked when the picture is another one: whether blocks are worth it.
  mutating func begin(_ buffer: CellBuffer, isNew: Bool, isLarge: () -> Bool) {
    guard isNew, !hasSamePicture(buffer) else { return }
    picture = buffer
    isCoarse = isLarge()
  }

  /// Notes that everything of this stage is written, or not. True when the next stage remains.
  mutating func finish(_ isComplete: Bool) -> Bool {
    guard isComplete, isCoarse else { return false }
    isCoarse = false
    return true
  }

  private func hasSamePicture(_ buffer: CellBuffer) -> Bool {
    guard let picture, picture.size == buffer.size, picture.pictureAreas == buffer.pictureAreas
    else { return false }
    return buffer.pictureAreas.allSatisfy { area in
      (area.y..<area.maxY).allSatisfy { y in
        (area.x..<area.maxX).allSatisfy { buffer[$0, y] == picture[$0, y] }
      }
    }
  }
}

extension Cell {
  /// The same in colours of the palette, which are named by half as many bytes.
  var inFewBytes: Cell {
    var cell = self
    cell.style.foreground = style.foreground.inPalette
    cell.style.background = style.background.inPalette
    return cell
  }
}

extension Color {
  private static let grays = (UInt32(0)...255).map { Palette.nearest($0 << 16 | $0 << 8 | $0) }

  fileprivate var inPalette: Color {
    guard case .rgb(let red, let green, let blue) = self else { return self }
    if red == green, green == blue { return .indexed(Self.grays[Int(red)]) }
    return .indexed(Palette.nearest(UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)))
  }
}
