import Imaging
import Screen

extension ViewerPane {
  static func command(
    _ state: inout ViewerState, _ id: String, _ context: inout PaneContext
  ) -> [Effect] {
    switch id {
    case "viewer.cine": return toggleCine(&state)
    case "viewer.faster", "viewer.slower":
      let effects = changeCine(&state, faster: id == "viewer.faster")
      context.toast("Cine: \(ViewerWords.number(state.cine.rate)) images a second.")
      return effects
    case "viewer.series":
      state.isChoosingSeries.toggle()
      state.seriesSelection = state.tile.series
    case "viewer.choose": choose(&state)
    case "viewer.study": return show(study: nextStudy(state), &state)
    case "viewer.tiles": changeTiles(&state)
    case "viewer.together":
      state.isSynchronised.toggle()
      context.toast(
        state.isSynchronised
          ? "The tiles scroll together where their positions can be compared."
          : "Each tile scrolls for itself.")
    case "viewer.metadata": return openMetadata(&state)
    case "viewer.fold": fold(&state)
    case "viewer.distance": take(.distance, &state)
    case "viewer.angle": take(.angle, &state)
    case "viewer.ellipse": take(.ellipse, &state)
    case "viewer.probe": take(.probe, &state)
    case "viewer.pan": take(.pan, &state)
    case "viewer.point": return setPoint(&state, context)
    case "viewer.undo": undo(&state)
    default:
      if changeWindow(&state, id) { return [] }
      changePlace(&state, id, context)
    }
    return []
  }

  private static func nextStudy(_ state: ViewerState) -> Int {
    (state.studyIndex + 1) % max(1, state.studies?.count ?? 1)
  }

  /// One, two, four, one.
  private static func changeTiles(_ state: inout ViewerState) {
    let count = state.tiles.count == 1 ? 2 : state.tiles.count == 2 ? 4 : 1
    if count == 1 {
      // What was worked on stays.
      state.tiles = [state.tile]
      state.active = 0
    } else {
      let series = state.study?.series.count ?? 1
      for _ in state.tiles.count..<count {
        let used = Set(state.tiles.map(\.series))
        let next = (0..<series).first { !used.contains($0) } ?? state.tile.series
        var tile = ViewerTile(series: next)
        if used.contains(next) { tile.position = state.tile.position }
        state.tiles.append(tile)
      }
    }
    state.points = []
    state.cursor = nil
    clampTiles(&state)
  }

  /// The same tool again puts it away.
  private static func take(_ tool: ViewerTool, _ state: inout ViewerState) {
    state.tool = state.tool == tool ? .window : tool
    state.points = []
    state.isChoosingSeries = false
  }

  // MARK: Window

  /// False when the command is none of these.
  private static func changeWindow(_ state: inout ViewerState, _ id: String) -> Bool {
    switch id {
    case "viewer.preset-0": state.tile.window = .file
    case "viewer.wider": change(&state, width: 1.1, level: 0)
    case "viewer.narrower": change(&state, width: 1 / 1.1, level: 0)
    case "viewer.level-up": change(&state, width: 1, level: 0.05)
    case "viewer.level-down": change(&state, width: 1, level: -0.05)
    case "viewer.invert": state.tile.isInverted.toggle()
    default:
      guard id.hasPrefix("viewer.preset-"), let number = Int(id.dropFirst(14)),
        let facts = state.tile.picture?.facts
      else { return false }
      let options = WindowOption.all(facts)
      if options.indices.contains(number - 1) {
        state.tile.window = options[number - 1].setting
      }
    }
    return true
  }

  /// Changes the window from what it is: what a person set last, else what the picture shows.
  static func change(_ state: inout ViewerState, width: Double, level: Double) {
    let window: GrayWindow
    if case .window(let own) = state.tile.window {
      window = own
    } else if case .window(let shown, _) = state.tile.picture?.voi {
      window = shown
    } else if let picture = state.tile.picture, picture.facts.isGray,
      case .window(let fitting, _) = picture.facts.parameters.fittingView(of: picture.facts.frame)
    {
      // Shown through a table, which has no width: begin with a window that fits.
      window = fitting
    } else {
      return
    }
    state.tile.window = .window(WindowOption.changed(window, width: width, level: level))
  }

  // MARK: Size, place, orientation

  /// With a tool that points, Shift and an arrow move the cursor in larger steps.
  private static let cursorMoves: [String: ListMove] = [
    "viewer.pan-left": .left, "viewer.pan-right": .right, "viewer.pan-up": .up,
    "viewer.pan-down": .down,
  ]

  private static func changePlace(
    _ state: inout ViewerState, _ id: String, _ context: PaneContext
  ) {
    if state.tool.hasCursor, let move = cursorMoves[id] {
      moveCursor(&state, move, by: 5, context)
      return
    }
    switch id {
    case "viewer.zoom-in": zoom(&state, by: 1.25, context)
    case "viewer.zoom-out": zoom(&state, by: 0.8, context)
    case "viewer.fit": state.tile.transform.fit()
    case "viewer.one-to-one":
      guard let (extent, viewport) = canvas(state, context) else { return }
      state.tile.transform.oneToOne(extent, in: viewport)
    case "viewer.pan-left": pan(&state, right: -4, down: 0, context)
    case "viewer.pan-right": pan(&state, right: 4, down: 0, context)
    case "viewer.pan-up": pan(&state, right: 0, down: -2, context)
    case "viewer.pan-down": pan(&state, right: 0, down: 2, context)
    case "viewer.turn": state.tile.transform.turn()
    case "viewer.turn-back": state.tile.transform.turn(clockwise: false)
    case "viewer.mirror": state.tile.transform.flipHorizontally()
    case "viewer.flip": state.tile.transform.flipVertically()
    case "viewer.reset":
      state.tile.transform = ViewTransform()
      state.tile.window = .file
      state.tile.isInverted = false
    default: break
    }
  }

  /// The active image's size and the samples that it is shown on; nil without an image.
  static func canvas(
    _ state: ViewerState, _ context: PaneContext
  ) -> (extent: ImageExtent, viewport: Viewport)? {
    let place = layout(state, context)
    guard let facts = state.tile.picture?.facts, place.tiles.indices.contains(state.active)
    else { return nil }
    let area = place.tiles[state.active].picture
    guard !area.isEmpty else { return nil }
    return (facts.extent, area.viewport(context.images))
  }

  /// Enlarges around the middle, or around a cell of the picture.
  static func zoom(
    _ state: inout ViewerState, by factor: Double, at cell: Point? = nil, _ context: PaneContext
  ) {
    guard let (extent, viewport) = canvas(state, context) else { return }
    var sample: ImagePoint?
    if let cell {
      let area = layout(state, context).tiles[state.active].picture
      sample = ImagePoint(
        x: (Double(cell.x) + 0.5) * Double(viewport.width) / Double(area.width),
        y: (Double(cell.y) + 0.5) * Double(viewport.height) / Double(area.height))
    }
    state.tile.transform.zoom(by: factor, at: sample, extent, in: viewport)
  }

  /// Moves the image by so many cells of the screen.
  static func pan(
    _ state: inout ViewerState, right: Double, down: Double, _ context: PaneContext
  ) {
    guard let (extent, viewport) = canvas(state, context) else { return }
    let area = layout(state, context).tiles[state.active].picture
    state.tile.transform.pan(
      right: right * Double(viewport.width) / Double(area.width),
      down: down * Double(viewport.height) / Double(area.height), extent, in: viewport)
  }
}
