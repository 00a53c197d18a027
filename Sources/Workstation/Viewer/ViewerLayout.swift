import Imaging
import Screen

/// Where things stand in the viewer. Depends on the study and on how it is shown, not on the image:
/// pictures keep their place while a person scrolls.
struct ViewerLayout: Equatable {
  /// Who the patient is, and that this is no diagnostic display.
  var identity: Rect
  /// The list of series; empty where it is not shown.
  var series: Rect
  /// True where the list stands over the pictures for the moment.
  var seriesCovers: Bool
  var tiles: [TilePlace]
  /// What is said of the active picture.
  var facts: Rect

  /// A tile's caption, empty for a single tile, and its picture.
  struct TilePlace: Equatable {
    var caption: Rect
    var picture: Rect

    var area: Rect {
      Rect(
        x: picture.x, y: min(caption.y, picture.y), width: picture.width,
        height: picture.maxY - min(caption.y, picture.y))
    }
  }

  init(_ state: ViewerState, _ area: Rect, _ layout: Layout) {
    let wanted = ViewerIdentity.rowCount(state.study, width: area.width)
    var factRows = area.width >= 100 ? 1 : area.width >= 60 || area.height < 20 ? 2 : 3
    // What a tool finds is what it is for: it gets a row where there is no room beside the rest.
    if area.width < 60, state.tool.hasCursor { factRows = 3 }
    // The picture keeps a third of what there is; beyond that, words go first.
    let words = max(0, area.height - max(3, area.height / 3))
    let identityRows = min(wanted, max(min(1, area.height), words - 1))
    let rows = area.rows([
      .fixed(identityRows), .flexible(1), .fixed(min(factRows, max(0, words - identityRows))),
    ])
    identity = rows[0]
    facts = rows[2]
    var body = rows[1]
    series = Rect(x: body.x, y: body.y, width: 0, height: 0)
    seriesCovers = false
    if layout == .wide, body.width >= 100, body.height >= 6 {
      series = Rect(x: body.x, y: body.y, width: 28, height: body.height)
      body = body.inset(left: 30)
    } else if state.isChoosingSeries {
      seriesCovers = true
      series = Rect(
        x: body.x, y: body.y, width: body.width < 50 ? body.width : min(40, body.width),
        height: body.height)
    }
    tiles = Self.places(state.tiles.count, in: body)
  }

  private static func places(_ count: Int, in body: Rect) -> [TilePlace] {
    guard count > 1 else {
      return [TilePlace(caption: body.inset(bottom: body.height), picture: body)]
    }
    let isTall = body.width < 60 && body.height > 8
    let columns = count == 2 && isTall ? 1 : 2
    let lines = (count + columns - 1) / columns
    let rows = body.rows(Array(repeating: .flexible(1), count: lines))
    let areas = rows.flatMap { row in
      row.columns(Array(repeating: .flexible(1), count: columns), gap: 1)
    }
    return areas.prefix(count).map { area in
      TilePlace(caption: area.row(0), picture: area.inset(top: 1))
    }
  }

  /// The tile under a place of the screen.
  func tile(at point: Point) -> Int? { tiles.firstIndex { $0.area.contains(point) } }
}

extension Rect {
  /// The samples over these cells.
  func viewport(
    _ output: ImageOutput, extent: ImageExtent? = nil, transform: ViewTransform = ViewTransform()
  ) -> Viewport {
    let grid = output.grid(columns: width, rows: height)
    let viewport = Viewport(grid)
    guard output.graphics != nil, let extent else { return viewport }
    // A terminal that enlarges by itself need not get more samples than the image has.
    let magnification = transform.projection(of: extent, in: viewport).magnification
    return Viewport(output.grid(columns: width, rows: height, magnification: magnification))
  }
}

extension Viewport {
  init(_ grid: ImageGrid) {
    self.init(
      width: grid.width, height: grid.height, sampleAspect: grid.sampleAspect,
      devicePixel: grid.devicePixel)
  }
}

/// Cells of a picture's area and points of its image.
struct CellProjection {
  let area: Rect
  let projection: Projection

  /// Samples of one cell.
  private var across: Double { Double(projection.viewport.width) / Double(max(1, area.width)) }
  private var down: Double { Double(projection.viewport.height) / Double(max(1, area.height)) }

  /// The point of the image in the middle of a cell, which is counted in the area.
  func imagePoint(at cell: Point) -> ImagePoint {
    projection.imagePoint(
      at: ImagePoint(x: (Double(cell.x) + 0.5) * across, y: (Double(cell.y) + 0.5) * down))
  }

  /// The cell of a point of the image; may lie outside.
  func cell(of point: ImagePoint) -> Point? {
    let sample = projection.sample(of: point)
    let x = (sample.x / across).rounded(.down)
    let y = (sample.y / down).rounded(.down)
    guard abs(x) < 1e6, abs(y) < 1e6 else { return nil }
    return Point(x: Int(x), y: Int(y))
  }

  /// Pixels of the image in one cell, across and down the screen.
  var pixelsPerCell: (across: Double, down: Double) {
    let sample = projection.pixelsPerSample
    return (sample.across * across, sample.down * down)
  }

  /// Millimetres of one cell's width; nil where they are not known.
  func millimetresPerColumn(_ scale: ImageScale) -> Double? {
    let middle = Point(x: area.width / 2, y: area.height / 2)
    let a = imagePoint(at: middle)
    let b = imagePoint(at: Point(x: middle.x + 1, y: middle.y))
    let distance = ImageMeasurement.distance(a, b, scale: scale)
    return distance.unit == .millimetres && distance.value > 0 ? distance.value : nil
  }
}
