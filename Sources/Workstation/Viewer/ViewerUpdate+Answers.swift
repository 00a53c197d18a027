import Imaging
import Screen

extension ViewerPane {
  static func receive(
    _ state: inout ViewerState, _ answer: ViewerAnswer, _ context: PaneContext
  ) -> [Effect] {
    switch answer {
    case .studies(let generation, let studies):
      guard generation == state.generation else { return [] }
      state.studies = studies
      // Another image may stand at a place now.
      for index in state.tiles.indices { state.tiles[index].requested = nil }
      state.problem = nil
      state.studyIndex = min(state.studyIndex, max(0, studies.count - 1))
      clampTiles(&state)
      return studies.isEmpty ? [] : thumbnails(state)
    case .failed(let generation, let text):
      guard generation == state.generation else { return [] }
      state.problem = text
    case .picture(let request, let picture):
      take(&state, request, .picture(picture))
    case .broken(let request, let file, let problem):
      take(&state, request, .broken(request.wish, file: file, problem: problem))
    case .thumbnail(let generation, let study, let series, let raster):
      guard generation == state.generation else { return [] }
      state.thumbnails[SeriesKey(study: study, series: series)] = raster
    case .metadata(let generation, let document):
      guard generation == state.generation else { return [] }
      state.metadata?.document = document
    case .statistics(let request, let statistics):
      guard request.generation == state.generation,
        let index = state.measurements.firstIndex(where: { $0.number == request.measurement })
      else { return [] }
      state.measurements[index].lines = ViewerMeasurement.lines(statistics)
    case .tick(let steps): return tick(&state, steps, context)
    }
    return []
  }

  private static func take(
    _ state: inout ViewerState, _ request: PictureRequest, _ content: ViewerTile.Content
  ) {
    guard request.generation == state.generation, state.tiles.indices.contains(request.tile)
    else { return }
    let tile = state.tiles[request.tile]
    // Not what was left meanwhile: neither an older picture nor one of another series.
    guard request.serial > tile.shownSerial, request.wish.series == tile.series,
      request.wish.study == state.studyIndex
    else { return }
    let isFirst = tile.shownSerial == 0
    if request.tile == state.active { state.isWaiting = false }
    state.tiles[request.tile].content = content
    state.tiles[request.tile].shownSerial = request.serial
    if isFirst, request.tile == state.active, !state.cine.isRunning,
      let rate = state.tiles[request.tile].picture?.facts.cineRate
    {
      state.cine.rate = min(max(rate, 1), 60)
    }
  }

  // MARK: Cine

  static func toggleCine(_ state: inout ViewerState) -> [Effect] {
    state.cine.isRunning.toggle()
    let rate = state.cine.isRunning ? state.cine.rate : nil
    return [.viewer(.cine(framesPerSecond: rate))]
  }

  static func changeCine(_ state: inout ViewerState, faster: Bool) -> [Effect] {
    let rates = CineState.rates
    let rate = state.cine.rate
    state.cine.rate =
      faster
      ? rates.first { $0 > rate } ?? rates[rates.count - 1]
      : rates.last { $0 < rate } ?? rates[0]
    return state.cine.isRunning ? [.viewer(.cine(framesPerSecond: state.cine.rate))] : []
  }

  /// The next picture of a cine; at the end it begins again.
  private static func tick(
    _ state: inout ViewerState, _ steps: Int, _ context: PaneContext
  ) -> [Effect] {
    guard state.cine.isRunning else { return [] }
    guard context.isVisible, let series = state.series(of: state.tile), series.images.count > 1
    else {
      state.cine.isRunning = false
      return [.viewer(.cine(framesPerSecond: nil))]
    }
    let count = series.images.count
    scroll(&state, to: (state.tile.position + max(1, steps) % count) % count)
    return []
  }
}
