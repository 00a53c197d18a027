extension Style.Attributes {
  /// The cell is part of a picture: a terminal with graphics shows the picture itself there, others
  /// get the cell by the shortest way. Text that is written over it has not got the mark.
  public static let image = Style.Attributes(rawValue: 128)
}

extension Cell {
  /// Part of a picture.
  public var isImage: Bool { style.attributes.contains(.image) }
}

extension CellBuffer {
  /// Shows a picture over an area: as characters, and, where the terminal can do better, as an
  /// overlay that it draws over them. The picture fills the area.
  ///
  /// Make the raster of ``ImageOutput/grid(columns:rows:magnification:)``'s size: then no sample is
  /// lost or averaged twice.
  public mutating func show(_ raster: Raster, in area: Rect, _ output: ImageOutput) {
    draw(raster, in: area, output.cells)
    guard output.graphics != nil, raster.width > 0, raster.height > 0 else { return }
    let visible = area.intersection(self.area)
    guard !visible.isEmpty else { return }
    overlays.append(ImageOverlay(area: visible, raster: part(of: raster, area, visible)))
  }

  /// Draws a picture as characters only.
  public mutating func draw(_ raster: Raster, in area: Rect, _ rendering: CellRendering) {
    let visible = area.intersection(self.area)
    guard !visible.isEmpty, raster.width > 0, raster.height > 0 else { return }
    var picture = part(of: raster, area, visible)
    let isGray = raster.channels == 1
    if !isGray, rendering.depth <= .eight { picture = picture.withoutColor }
    let samples = picture.scaled(
      width: visible.width * rendering.glyphs.across,
      height: visible.height * rendering.glyphs.down)
    pictureAreas.append(visible)
    let gray = GrayCells(rendering)
    var color = ColorCells(rendering)
    for row in 0..<visible.height {
      splitWide(left: visible.x, right: visible.maxX, visible.y + row)
    }
    let stride = size.width
    cells.withUnsafeMutableBufferPointer { cells in
      samples.pixels.withUnsafeBufferPointer { pixels in
        for row in 0..<visible.height {
          let start = (visible.y + row) * stride + visible.x
          let line = UnsafeMutableBufferPointer(rebasing: cells[start..<(start + visible.width)])
          if samples.channels == 1 {
            gray.fill(line, row: row, from: pixels, width: samples.width)
          } else {
            color.fill(line, row: row, from: pixels, width: samples.width)
          }
        }
      }
    }
  }

  /// What of a picture over `area` lies over the part of it that is on the screen.
  private func part(of raster: Raster, _ area: Rect, _ visible: Rect) -> Raster {
    if visible == area { return raster }
    let left = (visible.x - area.x) * raster.width / area.width
    let top = (visible.y - area.y) * raster.height / area.height
    return raster.cropped(
      x: left, y: top,
      width: max(1, (visible.maxX - area.x) * raster.width / area.width - left),
      height: max(1, (visible.maxY - area.y) * raster.height / area.height - top))
  }

  /// Half a wide character left over at an edge becomes a blank.
  private mutating func splitWide(left: Int, right: Int, _ y: Int) {
    if left > 0, self[left, y].width == 0 {
      self[left - 1, y] = Cell(style: self[left - 1, y].style)
    }
    if right < size.width, self[right, y].width == 0 {
      self[right, y] = Cell(style: self[right, y].style)
    }
  }
}
