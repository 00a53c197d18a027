import Foundation
import Workstation

/// What the threads of the viewer share: what is asked for, the newest first; what may be wanted
/// next; and whether they are to end.
final class ViewerWork: @unchecked Sendable {
  // @unchecked: every variable is only touched while `condition` is locked.

  /// Something that a person waits for.
  enum Job {
    case picture(PictureRequest)
    case other(ViewerRequest)
  }

  /// Something that nobody waits for.
  enum Chore {
    case decode(ViewerImage)
    case thumbnail(study: Int, series: Int, side: Int)
  }

  private let condition = NSCondition()
  private var open: OpenStudies?
  /// The newest request of each tile, in the order in which the tiles asked.
  private var pictures: [PictureRequest] = []
  private var others: [ViewerRequest] = []
  private var ahead: [Int: [ViewerImage]] = [:]
  private var thumbnails: [(study: Int, series: Int, side: Int)] = []
  private var isStopped = false

  // MARK: Asking

  /// What is open now; what was asked about something else is forgotten.
  func replace(_ studies: OpenStudies?) {
    change {
      open = studies
      forget()
    }
  }

  /// Forgets what waits, and gives the memory of decoded frames back; what is open stays open.
  func release() {
    change { forget() }
    condition.lock()
    let studies = open
    condition.unlock()
    studies?.cache.removeAll()
  }

  func add(_ request: PictureRequest) {
    change {
      // An older wish of the same tile is stale; its place in the queue stays.
      if let index = pictures.firstIndex(where: { $0.tile == request.tile }) {
        pictures[index] = request
      } else {
        pictures.append(request)
      }
    }
  }

  func add(_ request: ViewerRequest) { change { others.append(request) } }

  /// Images that a tile may show next, the most likely first; replaces the tile's former ones.
  func prepare(_ images: [ViewerImage], for tile: Int) { change { ahead[tile] = images } }

  func add(thumbnails wanted: [(study: Int, series: Int, side: Int)]) {
    change { thumbnails = wanted }
  }

  func stop() {
    change {
      isStopped = true
      forget()
    }
  }

  private func change(_ body: () -> Void) {
    condition.lock()
    body()
    condition.broadcast()
    condition.unlock()
  }

  private func forget() {
    pictures = []
    others = []
    ahead = [:]
    thumbnails = []
  }

  // MARK: Doing

  /// What is open, if it is of a generation.
  func studies(_ generation: Int) -> OpenStudies? {
    condition.lock()
    defer { condition.unlock() }
    return open?.generation == generation ? open : nil
  }

  /// The next job of the thread that people wait for; nil at the end.
  func takeJob() -> (Job, OpenStudies)? {
    condition.lock()
    defer { condition.unlock() }
    while !isStopped {
      if let open {
        if !pictures.isEmpty { return (.picture(pictures.removeFirst()), open) }
        if !others.isEmpty { return (.other(others.removeFirst()), open) }
      }
      condition.wait()
    }
    return nil
  }

  /// The next chore of a thread that works ahead; nil at the end. They rest while somebody waits
  /// for a picture only if that has not begun: decoding on both cores is what they are for.
  func takeChore() -> (Chore, OpenStudies)? {
    condition.lock()
    defer { condition.unlock() }
    while !isStopped {
      if let open, let chore = nextChore(open) { return (chore, open) }
      condition.wait()
    }
    return nil
  }

  private func nextChore(_ open: OpenStudies) -> Chore? {
    // The nearest of every tile in turn, so that tiles beside each other fill alike.
    for tile in ahead.keys.sorted(by: { (ahead[$0]?.count ?? 0) > (ahead[$1]?.count ?? 0) }) {
      while let image = ahead[tile]?.first {
        ahead[tile]?.removeFirst()
        if !open.isHere(image) { return .decode(image) }
      }
      ahead[tile] = nil
    }
    guard !thumbnails.isEmpty else { return nil }
    let next = thumbnails.removeFirst()
    return .thumbnail(study: next.study, series: next.series, side: next.side)
  }
}
