import Imaging
import Screen

extension ViewerPane {
  /// The cell that the tool points at, counted in the active picture.
  static func cursor(_ state: ViewerState, in area: Rect) -> Point {
    let middle = Point(x: area.width / 2, y: area.height / 2)
    guard let cursor = state.cursor else { return middle }
    return Point(
      x: min(max(0, cursor.x), max(0, area.width - 1)),
      y: min(max(0, cursor.y), max(0, area.height - 1)))
  }

  static func moveCursor(
    _ state: inout ViewerState, _ move: ListMove, by step: Int, _ context: PaneContext
  ) {
    let place = layout(state, context)
    guard place.tiles.indices.contains(state.active) else { return }
    let area = place.tiles[state.active].picture
    var cursor = cursor(state, in: area)
    switch move {
    case .up: cursor.y -= step
    case .down: cursor.y += step
    case .left: cursor.x -= step
    case .right: cursor.x += step
    default: return
    }
    state.cursor = Point(
      x: min(max(0, cursor.x), max(0, area.width - 1)),
      y: min(max(0, cursor.y), max(0, area.height - 1)))
  }

  /// Sets a point under the cursor; the last one finishes the measurement.
  static func setPoint(_ state: inout ViewerState, _ context: PaneContext) -> [Effect] {
    let place = layout(state, context)
    guard state.tool.pointCount > 0, let picture = state.tile.picture,
      place.tiles.indices.contains(state.active)
    else { return [] }
    let area = place.tiles[state.active].picture
    let cells = CellProjection(area: area, projection: picture.projection)
    state.points.append(cells.imagePoint(at: cursor(state, in: area)))
    return finish(&state, picture)
  }

  /// Keeps the measurement when it has all its points.
  static func finish(_ state: inout ViewerState, _ picture: ViewerPicture) -> [Effect] {
    guard state.points.count >= state.tool.pointCount else { return [] }
    let points = state.points
    state.points = []
    guard let kind = ViewerMeasurement.Kind(state.tool) else { return [] }
    state.serial += 1
    state.measurements.append(
      ViewerMeasurement(
        number: state.serial, kind: kind, study: state.studyIndex, image: picture.image,
        points: points,
        lines: ViewerMeasurement.lines(kind, points, picture.facts)))
    guard kind == .ellipse, points.count == 2 else { return [] }
    return [
      .viewer(
        .statistics(
          StatisticsRequest(
            generation: state.generation, measurement: state.serial, study: state.studyIndex,
            image: picture.image, from: points[0], to: points[1])))
    ]
  }

  /// Takes the last point away, else the last measurement.
  static func undo(_ state: inout ViewerState) {
    if !state.points.isEmpty {
      state.points.removeLast()
    } else if !state.measurements.isEmpty {
      state.measurements.removeLast()
    }
  }
}

extension ViewerMeasurement.Kind {
  /// Nil for tools that measure nothing.
  init?(_ tool: ViewerTool) {
    switch tool {
    case .distance: self = .distance
    case .angle: self = .angle
    case .ellipse: self = .ellipse
    case .window, .pan, .probe: return nil
    }
  }
}

extension ViewerMeasurement {
  /// What is known of a measurement at once.
  static func lines(_ kind: Kind, _ points: [ImagePoint], _ facts: ImageFacts) -> [String] {
    switch kind {
    case .distance where points.count == 2:
      [ImageMeasurement.distance(points[0], points[1], scale: facts.scale).text]
    case .angle where points.count == 3:
      [
        ImageMeasurement.angle(points[0], vertex: points[1], points[2], scale: facts.scale)?.text
          ?? "no angle: a point lies on the vertex"
      ]
    case .ellipse: ["…"]
    default: []
    }
  }

  /// What an ellipse holds.
  static func lines(_ statistics: EllipseStatistics?) -> [String] {
    guard let found = statistics else { return ["no pixels to count"] }
    func text(_ value: Double) -> String { ViewerWords.number(value, digits: 1) }
    let unit = found.unit.isEmpty ? "" : " \(found.unit)"
    return [
      "mean \(text(found.mean)) ± \(text(found.standardDeviation))\(unit)",
      "\(text(found.minimum)) … \(text(found.maximum))\(unit)",
      "\(found.area.text) · \(Format.count(found.count)) px",
    ]
  }
}
