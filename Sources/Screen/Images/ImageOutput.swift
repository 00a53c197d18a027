/// How pictures can be shown on this terminal, as far as it is known; it may become better when the
/// terminal has answered.
public struct ImageOutput: Sendable, Hashable {
  /// Ways to show pixels instead of characters.
  public enum Graphics: String, Sendable, Hashable, CaseIterable {
    case kitty
    case iterm2
    case sixel
  }

  /// Nil when only characters are possible.
  public var graphics: Graphics?
  public var cells: CellRendering
  /// Pixels of the terminal that one cell takes; nil when it did not say.
  public var cellPixels: Size?

  public init(
    graphics: Graphics? = nil, cells: CellRendering = CellRendering(), cellPixels: Size? = nil
  ) {
    self.graphics = graphics
    self.cells = cells
    self.cellPixels = cellPixels
  }

  /// The width of a cell divided by its height.
  public var cellAspect: Double {
    guard let cellPixels, cellPixels.width > 0, cellPixels.height > 0 else { return 0.5 }
    let aspect = Double(cellPixels.width) / Double(cellPixels.height)
    return (0.2...2).contains(aspect) ? aspect : 0.5
  }

  /// The samples that a picture over so many cells should have.
  /// - Parameter magnification: pixels of the terminal for one of the picture's source: terminals
  ///   that enlarge by themselves need not get more samples than the source has.
  public func grid(columns: Int, rows: Int, magnification: Double = 1) -> ImageGrid {
    guard let graphics else {
      return ImageGrid(
        columns: columns, rows: rows, across: cells.glyphs.across, down: cells.glyphs.down,
        cellAspect: cellAspect)
    }
    let cell = cellPixels ?? Size(width: 10, height: 20)
    var across = min(max(1, cell.width), 64)
    var down = min(max(1, cell.height), 64)
    if graphics != .sixel, magnification > 1, magnification.isFinite {
      across = max(1, Int((Double(across) / magnification).rounded(.up)))
      down = max(1, Int((Double(down) / magnification).rounded(.up)))
    }
    return ImageGrid(
      columns: columns, rows: rows, across: across, down: down, cellAspect: cellAspect,
      devicePixel: Double(down) / Double(max(1, cell.height)))
  }
}

/// The samples of a picture over a rectangle of cells.
public struct ImageGrid: Sendable, Equatable {
  /// Samples of the whole picture.
  public let width: Int
  public let height: Int
  /// Samples of one cell.
  public let across: Int
  public let down: Int
  /// Width of a sample divided by its height, as the terminal shows it.
  public let sampleAspect: Double
  /// Samples, counted down, that one pixel of the terminal takes; 1 where there are only characters.
  public let devicePixel: Double

  init(
    columns: Int, rows: Int, across: Int, down: Int, cellAspect: Double, devicePixel: Double = 1
  ) {
    width = max(0, columns) * across
    height = max(0, rows) * down
    self.across = across
    self.down = down
    sampleAspect = cellAspect * Double(down) / Double(across)
    self.devicePixel = devicePixel
  }
}
