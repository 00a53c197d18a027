import Imaging
import Screen

extension ViewerPane {
  public static func update(
    _ state: inout ViewerState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] {
    var effects = handle(&state, event, &context)
    guard context.isVisible else { return effects }
    let pictures = requests(&state, context)
    // Whoever waits longer than a moment is told what for.
    if !pictures.isEmpty, !state.cine.isRunning { context.askForRest() }
    effects += pictures
    return effects
  }

  private static func handle(
    _ state: inout ViewerState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] {
    switch event {
    case .reveal(.images(let source)): return open(&state, source)
    case .message(.viewer(let answer)): return receive(&state, answer, context)
    case .message(.images):
      // Another way to show pictures: other samples are needed.
      return []
    case .command(let id, _): return command(&state, id, &context)
    case .move(let move): return self.move(&state, move, context)
    case .open: return []
    case .back: return back(&state)
    case .filter(let text): filter(&state, text)
    case .input(.mouse(let mouse)): return point(&state, mouse, context)
    case .rested:
      state.isWaiting = state.tile.requested.map { $0.serial != state.tile.shownSerial } ?? false
    case .appeared, .answered, .reveal, .input, .message: break
    }
    return []
  }

  static func layout(_ state: ViewerState, _ context: PaneContext) -> ViewerLayout {
    ViewerLayout(state, context.area, context.layout)
  }

  // MARK: Opening

  private static func open(_ state: inout ViewerState, _ source: ViewerSource) -> [Effect] {
    let rate = state.cine
    let generation = state.generation + 1
    let serial = state.serial
    state = ViewerState()
    state.cine.rate = rate.rate
    state.generation = generation
    state.serial = serial
    state.source = source
    let stop: [Effect] = rate.isRunning ? [.viewer(.cine(framesPerSecond: nil))] : []
    return stop + [.viewer(.open(source, generation: generation))]
  }

  /// Shows another of the studies that were found. They are never mixed.
  static func show(study index: Int, _ state: inout ViewerState) -> [Effect] {
    guard let studies = state.studies, studies.indices.contains(index) else { return [] }
    state.studyIndex = index
    state.tiles = state.tiles.indices.map { ViewerTile(series: $0) }
    clampTiles(&state)
    state.active = 0
    state.points = []
    state.cursor = nil
    state.seriesSelection = 0
    return thumbnails(state)
  }

  static func thumbnails(_ state: ViewerState) -> [Effect] {
    [.viewer(.thumbnails(generation: state.generation, study: state.studyIndex, side: 64))]
  }

  /// Tiles show series that there are.
  static func clampTiles(_ state: inout ViewerState) {
    guard let study = state.study else { return }
    for index in state.tiles.indices {
      let series = min(state.tiles[index].series, max(0, study.series.count - 1))
      state.tiles[index].series = series
      let count = study.series.isEmpty ? 0 : study.series[series].images.count
      state.tiles[index].position = min(state.tiles[index].position, max(0, count - 1))
    }
  }

  // MARK: Asking for pictures

  /// Asks for the pictures that the tiles should show and have not asked for.
  static func requests(_ state: inout ViewerState, _ context: PaneContext) -> [Effect] {
    guard let study = state.study, state.metadata == nil else { return [] }
    let place = layout(state, context)
    var effects: [Effect] = []
    for index in state.tiles.indices where index < place.tiles.count {
      let tile = state.tiles[index]
      let area = place.tiles[index].picture
      guard !area.isEmpty, study.series.indices.contains(tile.series),
        study.series[tile.series].images.indices.contains(tile.position)
      else { continue }
      let wish = PictureWish(
        study: state.studyIndex, series: tile.series, position: tile.position,
        window: tile.window, isInverted: tile.isInverted, transform: tile.transform,
        viewport: area.viewport(
          context.images, extent: tile.picture?.facts.extent, transform: tile.transform))
      if let requested = tile.requested, requested.wish == wish { continue }
      state.serial += 1
      let request = PictureRequest(
        generation: state.generation, serial: state.serial, tile: index, wish: wish)
      state.tiles[index].requested = request
      effects.append(.viewer(.picture(request)))
    }
    return effects
  }

  // MARK: Esc

  private static func back(_ state: inout ViewerState) -> [Effect] {
    if let metadata = state.metadata {
      if metadata.filter.isEmpty { state.metadata = nil } else { filter(&state, "") }
    } else if state.isChoosingSeries {
      state.isChoosingSeries = false
    } else if !state.points.isEmpty {
      state.points = []
    } else {
      state.tool = .window
    }
    return []
  }
}
