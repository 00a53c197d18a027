import Foundation
import Imaging
import Screen
import Workstation

/// Makes what a person waits for: pictures, attributes, statistics.
struct PictureThread {
  let work: ViewerWork
  let answer: AsyncStream<ViewerAnswer>.Continuation

  /// Images decoded ahead of the direction of scrolling, and behind it.
  private static let ahead = 240
  private static let behind = 40

  func run() {
    var maker = PictureMaker()
    /// Where each tile was: the direction in which a person scrolls.
    var places: [Int: (series: Int, position: Int, direction: Int)] = [:]
    while let (job, studies) = work.takeJob() {
      switch job {
      case .picture(let request):
        guard request.generation == studies.generation,
          let series = studies.series(request.wish.study, request.wish.series),
          series.images.indices.contains(request.wish.position)
        else { continue }
        make(request, series, studies, &maker)
        let last = places[request.tile]
        var direction = last?.direction ?? 1
        if let last, last.series == request.wish.series, last.position != request.wish.position {
          direction = request.wish.position > last.position ? 1 : -1
        }
        let isNew =
          last.map { $0.series != request.wish.series || $0.position != request.wish.position }
          ?? true
        places[request.tile] = (request.wish.series, request.wish.position, direction)
        if isNew {
          work.prepare(
            Self.next(series, from: request.wish.position, direction, studies), for: request.tile)
        }
      case .other(.metadata(let generation, let study, let series, let position)):
        guard let found = studies.series(study, series), found.images.indices.contains(position)
        else { continue }
        let file = studies.file(found.images[position].file)
        let document =
          file.map(MetadataReader.read)
          ?? MetadataDocument(
            file: found.title, lines: [], problem: "A picture of the library has no attributes.")
        answer.yield(.metadata(generation: generation, document))
      case .other(.statistics(let request)):
        guard request.generation == studies.generation else { continue }
        answer.yield(.statistics(request, Self.statistics(request, studies)))
      case .other: break
      }
    }
  }

  private func make(
    _ request: PictureRequest, _ series: ViewerSeries, _ studies: OpenStudies,
    _ maker: inout PictureMaker
  ) {
    let image = series.images[request.wish.position]
    switch studies.decoded(image) {
    case .success(let decoded):
      answer.yield(.picture(request, maker.picture(request, image, decoded.facts)))
    case .failure(let error):
      answer.yield(
        .broken(
          request, file: studies.file(image.file)?.shown ?? "", problem: error.description))
    }
  }

  private static func statistics(
    _ request: StatisticsRequest, _ studies: OpenStudies
  ) -> EllipseStatistics? {
    guard case .success(let decoded) = studies.decoded(request.image) else { return nil }
    return EllipseStatistics(
      in: decoded.facts.frame, from: request.from, to: request.to,
      parameters: decoded.facts.parameters, scale: decoded.facts.scale)
  }

  /// What may be wanted next, the most likely first: as many as there is room for.
  private static func next(
    _ series: ViewerSeries, from position: Int, _ direction: Int, _ studies: OpenStudies
  ) -> [ViewerImage] {
    let count = series.images.count
    var size = 1 << 20
    if case .success(let decoded) = studies.decoded(series.images[position]) {
      size = decoded.byteCount
    }
    // Half of what is kept may lie ahead, so that what was just seen stays.
    let room = max(2, studies.cache.limit / 2 / max(1, size))
    var images: [ViewerImage] = []
    for step in 1...max(1, min(ahead, room)) {
      let place = position + step * direction
      if place >= 0, place < count { images.append(series.images[place]) }
      // A quarter as many behind, for a person who turns round.
      if step % 4 == 0, step / 4 <= behind {
        let back = position - step / 4 * direction
        if back >= 0, back < count { images.append(series.images[back]) }
      }
    }
    return images
  }
}

/// Decodes what may be wanted next, and makes small pictures.
struct ChoreThread {
  let work: ViewerWork
  let answer: AsyncStream<ViewerAnswer>.Continuation

  func run() {
    while let (chore, studies) = work.takeChore() {
      switch chore {
      case .decode(let image): _ = studies.decoded(image)
      case .thumbnail(let study, let number, let side):
        guard let series = studies.series(study, number) else { continue }
        // The middle of a stack shows most.
        let image = series.images[series.images.count / 2]
        guard case .success(let decoded) = studies.decoded(image) else { continue }
        answer.yield(
          .thumbnail(
            generation: studies.generation, study: study, series: number,
            PictureMaker.thumbnail(decoded.facts, side: side)))
      }
    }
  }
}
