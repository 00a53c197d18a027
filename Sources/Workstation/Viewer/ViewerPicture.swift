public import Imaging
public import Screen

/// What a tile of the viewer wants to show; two equal wishes look the same.
public struct PictureWish: Sendable, Equatable {
  public var study: Int
  public var series: Int
  /// Place in the stack, from 0.
  public var position: Int
  public var window: WindowSetting
  public var isInverted: Bool
  public var transform: ViewTransform
  public var viewport: Viewport

  public init(
    study: Int = 0, series: Int, position: Int, window: WindowSetting = .file,
    isInverted: Bool = false, transform: ViewTransform = ViewTransform(), viewport: Viewport
  ) {
    self.study = study
    self.series = series
    self.position = position
    self.window = window
    self.isInverted = isInverted
    self.transform = transform
    self.viewport = viewport
  }
}

/// How the values of an image become grey.
public enum WindowSetting: Sendable, Equatable {
  /// As the file says; where it says nothing, a window that fits the first image of the series.
  case file
  /// One of the views that the file offers, from 0.
  case view(Int)
  /// A window made for the very image.
  case fitting
  /// A preset, or what a person set.
  case window(GrayWindow)
}

/// A picture that a tile asks for.
public struct PictureRequest: Sendable, Equatable {
  /// Counts the studies that were opened: answers for another one are dropped.
  public var generation: Int
  /// Counts the requests: an older picture never replaces a newer one.
  public var serial: Int
  public var tile: Int
  public var wish: PictureWish

  public init(generation: Int, serial: Int, tile: Int, wish: PictureWish) {
    self.generation = generation
    self.serial = serial
    self.tile = tile
    self.wish = wish
  }
}

/// A picture as it is shown, and what was found out about its image. All that stands beside a
/// picture is taken from here, so that text and picture always agree.
public struct ViewerPicture: Sendable, Equatable {
  public var wish: PictureWish
  public var image: ViewerImage
  public var raster: Raster
  public var projection: Projection
  /// The window or table that was used; nil for colour.
  public var voi: VOITransform?
  public var facts: ImageFacts

  public init(
    wish: PictureWish, image: ViewerImage, raster: Raster, projection: Projection,
    voi: VOITransform?, facts: ImageFacts
  ) {
    self.wish = wish
    self.image = image
    self.raster = raster
    self.projection = projection
    self.voi = voi
    self.facts = facts
  }
}

/// What an image says of itself, as far as the viewer needs it.
public struct ImageFacts: Sendable, Equatable {
  /// The stored values, for the probe.
  public var frame: Frame
  public var parameters: DisplayParameters
  public var scale: ImageScale
  /// What lies at the edges; nil where the file proves nothing.
  public var letters: OrientationLetters?
  /// Where the image lies in the patient; nil where the file does not say.
  public var slice: SlicePlane?
  /// `lossy`, `lossy 12:1`; empty for images that were never compressed with loss.
  public var lossy: String
  /// Frames a second that the file wants; nil when it says nothing.
  public var cineRate: Double?

  public init(
    frame: Frame, parameters: DisplayParameters, scale: ImageScale = ImageScale(),
    letters: OrientationLetters? = nil, slice: SlicePlane? = nil, lossy: String = "",
    cineRate: Double? = nil
  ) {
    self.frame = frame
    self.parameters = parameters
    self.scale = scale
    self.letters = letters
    self.slice = slice
    self.lossy = lossy
    self.cineRate = cineRate
  }

  public var extent: ImageExtent {
    ImageExtent(width: frame.columns, height: frame.rows, pixelAspect: scale.pixelAspect)
  }

  /// True for images that a window can change.
  public var isGray: Bool {
    frame.photometric == .monochrome1 || frame.photometric == .monochrome2
  }
}

/// A slice's place: which way it faces, how far along it lies, and in which patient coordinates.
public struct SlicePlane: Sendable, Equatable {
  public var normal: SIMD3<Double>
  /// Millimetres along the normal.
  public var depth: Double
  /// Frame of Reference UID (0020,0052); empty when the file has none.
  public var frameOfReference: String

  public init(normal: SIMD3<Double>, depth: Double, frameOfReference: String) {
    self.normal = normal
    self.depth = depth
    self.frameOfReference = frameOfReference
  }

  /// True when both count millimetres along one direction of one patient: only then do equal depths
  /// mean the same place.
  func isComparable(with other: SlicePlane) -> Bool {
    !frameOfReference.isEmpty && frameOfReference == other.frameOfReference
      && (normal * other.normal).sum() > 0.999
  }
}
