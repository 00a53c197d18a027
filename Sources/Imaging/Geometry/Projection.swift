/// A view transform worked out for one image and one viewport: straight lines stay straight, and
/// along the axes.
public struct Projection: Sendable, Equatable {
  public let image: ImageExtent
  public let viewport: Viewport
  /// Enlargement, 1 where the whole image just fits.
  public let zoom: Double
  /// True when rows of the image run down the screen.
  let isTransposed: Bool
  /// `image.x = x.offset + x.step * sample`; the sample counts across, or down when transposed.
  let x: (offset: Double, step: Double)
  let y: (offset: Double, step: Double)

  init(_ transform: ViewTransform, _ image: ImageExtent, _ viewport: Viewport) {
    self.image = image
    self.viewport = viewport
    zoom = transform.zoom
    isTransposed = transform.quarterTurns % 2 == 1
    let scale =
      Self.fitScale(image, viewport, turns: transform.quarterTurns) * transform.zoom
    // Steps of the image's axes for one sample across and one down, before the sign.
    let across = viewport.sampleAspect / scale
    let down = 1 / scale
    // A turn by 90 degrees clockwise shows at the right what was at the top, and so on.
    let turns = transform.quarterTurns
    let signX: Double = (turns == 0 || turns == 1 ? 1 : -1) * (transform.isMirrored ? -1 : 1)
    let signY: Double = turns == 0 || turns == 3 ? 1 : -1
    let stepX = (isTransposed ? down : across) * signX
    let stepY = (isTransposed ? across : down) * signY / image.pixelAspect
    let center =
      transform.center
      ?? ImagePoint(x: Double(image.width) / 2, y: Double(image.height) / 2)
    let halfX = Double(isTransposed ? viewport.height : viewport.width) / 2
    let halfY = Double(isTransposed ? viewport.width : viewport.height) / 2
    x = (center.x - stepX * halfX, stepX)
    y = (center.y - stepY * halfY, stepY)
  }

  public static func == (a: Projection, b: Projection) -> Bool {
    a.image == b.image && a.viewport == b.viewport && a.zoom == b.zoom
      && a.isTransposed == b.isTransposed && a.x == b.x && a.y == b.y
  }

  /// The scale at which the image just fits: sample heights for one width of an image pixel.
  static func fitScale(_ image: ImageExtent, _ viewport: Viewport, turns: Int) -> Double {
    let width = Double(image.width)
    let height = Double(image.height) * image.pixelAspect
    let isTurned = turns % 2 == 1
    let scale = min(
      Double(max(1, viewport.width)) * viewport.sampleAspect / (isTurned ? height : width),
      Double(max(1, viewport.height)) / (isTurned ? width : height))
    return max(scale, 1e-9)
  }

  /// The point of the image under a place of the viewport, in samples from its upper left corner.
  public func imagePoint(at sample: ImagePoint) -> ImagePoint {
    ImagePoint(
      x: x.offset + x.step * (isTransposed ? sample.y : sample.x),
      y: y.offset + y.step * (isTransposed ? sample.x : sample.y))
  }

  /// Where a point of the image is displayed, in samples; may lie outside.
  public func sample(of point: ImagePoint) -> ImagePoint {
    let alongX = (point.x - x.offset) / x.step
    let alongY = (point.y - y.offset) / y.step
    return isTransposed ? ImagePoint(x: alongY, y: alongX) : ImagePoint(x: alongX, y: alongY)
  }

  /// How many pixels of the image one sample stands for, across and down the screen.
  public var pixelsPerSample: (across: Double, down: Double) {
    isTransposed ? (abs(y.step), abs(x.step)) : (abs(x.step), abs(y.step))
  }

  /// Pixels of the screen for one pixel of the image: 1 is 1:1.
  public var magnification: Double {
    let step = isTransposed ? abs(x.step) : abs(y.step) * image.pixelAspect
    return 1 / (step * viewport.devicePixel)
  }
}
