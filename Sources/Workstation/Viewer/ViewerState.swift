public import Imaging
import Screen

/// The viewer: one study in one, two or four tiles.
public struct ViewerState: Sendable, Equatable {
  public internal(set) var source: ViewerSource?
  /// Counts what was opened: answers for something else are dropped.
  public internal(set) var generation = 0
  /// Nil until something was found.
  public internal(set) var studies: [ViewerStudy]?
  /// Why nothing can be shown, in words.
  public internal(set) var problem: String?
  /// The study that is shown.
  public internal(set) var studyIndex = 0
  public internal(set) var tiles = [ViewerTile()]
  /// The tile that keys work on.
  public internal(set) var active = 0
  public internal(set) var isSynchronised = true
  /// What the left button, and with some tools the arrows, do.
  public internal(set) var tool = ViewerTool.window
  /// The cell of the active tile that a tool points at; nil for its middle.
  var cursor: Point?
  public internal(set) var measurements: [ViewerMeasurement] = []
  /// The points of a measurement that is not finished.
  var points: [ImagePoint] = []
  var cine = CineState()
  /// The list of series has the keys.
  var isChoosingSeries = false
  /// The row that is selected there.
  var seriesSelection = 0
  var thumbnails: [SeriesKey: Raster] = [:]
  public internal(set) var metadata: MetadataState?
  var drag: ViewerDrag?
  /// The active picture has been on its way for a while.
  var isWaiting = false
  /// Numbers of requests and measurements.
  var serial = 0

  public init() {}

  /// The study that is shown.
  public var study: ViewerStudy? {
    studies.flatMap { $0.indices.contains(studyIndex) ? $0[studyIndex] : nil }
  }

  /// The tile that keys work on.
  var tile: ViewerTile {
    get { tiles.indices.contains(active) ? tiles[active] : tiles[0] }
    set { if tiles.indices.contains(active) { tiles[active] = newValue } }
  }

  /// The series of a tile.
  func series(of tile: ViewerTile) -> ViewerSeries? {
    guard let study, study.series.indices.contains(tile.series) else { return nil }
    return study.series[tile.series]
  }
}

/// Names a series of what is open.
struct SeriesKey: Sendable, Hashable {
  var study: Int
  var series: Int
}

/// One of the pictures beside each other.
public struct ViewerTile: Sendable, Equatable {
  public internal(set) var series = 0
  public internal(set) var position = 0
  public internal(set) var window = WindowSetting.file
  public internal(set) var isInverted = false
  public internal(set) var transform = ViewTransform()
  /// What was asked for last; nil before.
  public internal(set) var requested: PictureRequest?
  /// The number of the request that the content answers.
  var shownSerial = 0
  public internal(set) var content = Content.nothing

  public enum Content: Sendable, Equatable {
    case nothing
    case picture(ViewerPicture)
    /// An image that cannot be shown.
    case broken(PictureWish, file: String, problem: String)
  }

  init(series: Int = 0) { self.series = series }

  /// The picture that is on the screen.
  public var picture: ViewerPicture? {
    if case .picture(let picture) = content { picture } else { nil }
  }

  /// What the content was made for.
  var shownWish: PictureWish? {
    switch content {
    case .nothing: nil
    case .picture(let picture): picture.wish
    case .broken(let wish, _, _): wish
    }
  }
}

/// What the left button, the arrows and Space do.
public enum ViewerTool: String, Sendable, Equatable, CaseIterable {
  /// Dragging changes the window.
  case window
  case pan
  case distance, angle, ellipse
  /// The value under the cursor.
  case probe

  /// True for tools that point at pixels.
  var hasCursor: Bool { self != .window && self != .pan }

  /// Points that a measurement needs; 0 for other tools.
  var pointCount: Int {
    switch self {
    case .distance, .ellipse: 2
    case .angle: 3
    case .window, .pan, .probe: 0
    }
  }
}

/// Something measured on one image.
public struct ViewerMeasurement: Sendable, Equatable {
  public enum Kind: Sendable, Equatable { case distance, angle, ellipse }
  public internal(set) var number: Int
  public internal(set) var kind: Kind
  /// The image that it belongs to.
  public internal(set) var study: Int
  public internal(set) var image: ViewerImage
  public internal(set) var points: [ImagePoint]
  /// What was measured, one line each.
  public internal(set) var lines: [String]
}

/// Pictures that follow one another by themselves.
struct CineState: Sendable, Equatable {
  var isRunning = false
  var rate = 15.0
  static let rates: [Double] = [1, 2, 4, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60]
}

/// Where a drag of the mouse began, and what is being dragged.
struct ViewerDrag: Sendable, Equatable {
  enum Kind: Sendable, Equatable { case window, pan, zoom, point }
  var kind: Kind
  var last: Point
}

/// The attributes of an image, being read.
public struct MetadataState: Sendable, Equatable {
  /// Nil until they were read.
  public internal(set) var document: MetadataDocument?
  public internal(set) var filter = ""
  var selected = 0
  var top = 0
  /// Lines whose children are folded away.
  var folded: Set<Int> = []

  init() {}

  /// Indexes of the lines that are shown: those that have all words, with what they stand below.
  var visible: [Int] {
    guard let lines = document?.lines else { return [] }
    let words = filter.lowercased().split(separator: " ").map(String.init)
    if words.isEmpty { return unfolded(lines) }
    var shown: Set<Int> = []
    var parents: [Int] = []
    for (index, line) in lines.enumerated() {
      parents.removeAll { lines[$0].depth >= line.depth }
      let text = "\(line.tag) \(line.name) \(line.value) \(line.vr)".lowercased()
      if words.allSatisfy(text.contains) { shown.formUnion(parents + [index]) }
      if line.hasChildren { parents.append(index) }
    }
    return shown.sorted()
  }

  /// The line that folding works on: the selected one, or the one that it stands below.
  var foldable: Int? {
    let visible = visible
    guard let lines = document?.lines, visible.indices.contains(selected) else { return nil }
    let index = visible[selected]
    if lines[index].hasChildren { return index }
    return lines[..<index].lastIndex { $0.depth < lines[index].depth }
  }

  private func unfolded(_ lines: [MetadataLine]) -> [Int] {
    var result: [Int] = []
    var hiddenBelow: Int?
    for (index, line) in lines.enumerated() {
      if let depth = hiddenBelow {
        if line.depth > depth { continue }
        hiddenBelow = nil
      }
      result.append(index)
      if folded.contains(index) { hiddenBelow = line.depth }
    }
    return result
  }
}
