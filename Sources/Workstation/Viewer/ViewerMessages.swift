public import Imaging
public import Screen

/// Work that the viewer asks for; never waited for.
public enum ViewerRequest: Sendable, Equatable {
  /// Looks for images; answered with ``ViewerAnswer/studies(generation:_:)``.
  case open(ViewerSource, generation: Int)
  /// A picture for a tile; a later one for the same tile replaces one that has not begun.
  case picture(PictureRequest)
  /// Small pictures for the list of series.
  case thumbnails(generation: Int, study: Int, side: Int)
  /// All attributes of an image's file.
  case metadata(generation: Int, study: Int, series: Int, position: Int)
  case statistics(StatisticsRequest)
  /// Ticks so many times a second, until another comes; nil ends it.
  case cine(framesPerSecond: Double?)
  /// The viewer was left: memory can be given back.
  case close
}

/// What is asked about an ellipse.
public struct StatisticsRequest: Sendable, Equatable {
  public var generation: Int
  /// The number of the measurement that it belongs to.
  public var measurement: Int
  public var study: Int
  public var image: ViewerImage
  public var from: ImagePoint
  public var to: ImagePoint

  public init(
    generation: Int, measurement: Int, study: Int, image: ViewerImage, from: ImagePoint,
    to: ImagePoint
  ) {
    self.generation = generation
    self.measurement = measurement
    self.study = study
    self.image = image
    self.from = from
    self.to = to
  }
}

/// What came of a ``ViewerRequest``.
public enum ViewerAnswer: Sendable, Equatable {
  /// What was found; replaces what was answered before for the same opening.
  case studies(generation: Int, [ViewerStudy])
  /// Nothing can be shown; why, and what to do.
  case failed(generation: Int, String)
  case picture(PictureRequest, ViewerPicture)
  /// An image that cannot be shown: its file and why.
  case broken(PictureRequest, file: String, problem: String)
  case thumbnail(generation: Int, study: Int, series: Int, Raster)
  case metadata(generation: Int, MetadataDocument)
  case statistics(StatisticsRequest, EllipseStatistics?)
  /// So many pictures of a cine are due since the last tick; more than one when some must be left
  /// out to keep the speed.
  case tick(steps: Int)
}

/// All attributes of a file, as lines of a tree.
public struct MetadataDocument: Sendable, Equatable {
  /// The file's path.
  public var file: String
  public var lines: [MetadataLine]
  /// What could not be read, in words; empty when all could.
  public var problem: String

  public init(file: String, lines: [MetadataLine], problem: String = "") {
    self.file = file
    self.lines = lines
    self.problem = problem
  }
}

/// One attribute, or the head of an item.
public struct MetadataLine: Sendable, Equatable {
  /// 0 at the top.
  public var depth: Int
  /// `(0010,0010)`, or `item 1`.
  public var tag: String
  public var vr: String
  public var name: String
  public var value: String
  /// True when the following, deeper lines belong to it.
  public var hasChildren: Bool

  public init(
    depth: Int, tag: String, vr: String, name: String, value: String, hasChildren: Bool = false
  ) {
    self.depth = depth
    self.tag = tag
    self.vr = vr
    self.name = name
    self.value = value
    self.hasChildren = hasChildren
  }
}
