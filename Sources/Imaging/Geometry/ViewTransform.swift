/// How a person has turned, moved and enlarged an image. Independent of the size of the screen: a
/// resized pane shows the same.
public struct ViewTransform: Sendable, Equatable {
  /// Enlargement, 1 where the whole image just fits.
  public private(set) var zoom = 1.0
  /// The point of the image in the middle of the viewport; nil for the image's own middle.
  public private(set) var center: ImagePoint?
  /// Mirrored left to right, before it is turned.
  public private(set) var isMirrored = false
  /// Quarters, clockwise, 0…3.
  public private(set) var quarterTurns = 0

  /// The largest and smallest enlargement.
  public static let zooms = 0.1...64.0

  /// The whole image, upright.
  public init() {}

  /// Shows the whole image; turning and mirroring stay.
  public mutating func fit() {
    zoom = 1
    center = nil
  }

  /// One pixel of the image for each pixel of the screen (for each sample, where a sample is the
  /// smallest thing).
  public mutating func oneToOne(_ image: ImageExtent, in viewport: Viewport) {
    setZoom(viewport.devicePixel / Projection.fitScale(image, viewport, turns: quarterTurns))
  }

  /// Enlarges by a factor, so that the point of the image under a place of the viewport stays there.
  public mutating func zoom(
    by factor: Double, at place: ImagePoint? = nil, _ image: ImageExtent, in viewport: Viewport
  ) {
    let place = place ?? viewport.middle
    let before = projection(of: image, in: viewport).imagePoint(at: place)
    setZoom(zoom * factor)
    let after = projection(of: image, in: viewport).imagePoint(at: place)
    move(by: ImagePoint(x: before.x - after.x, y: before.y - after.y), image)
  }

  /// Moves the image along the screen by so many samples.
  public mutating func pan(
    right: Double, down: Double, _ image: ImageExtent, in viewport: Viewport
  ) {
    let projection = projection(of: image, in: viewport)
    let middle = viewport.middle
    let from = projection.imagePoint(at: middle)
    let to = projection.imagePoint(at: ImagePoint(x: middle.x - right, y: middle.y - down))
    move(by: ImagePoint(x: to.x - from.x, y: to.y - from.y), image)
  }

  /// Turns by a quarter, clockwise or back.
  public mutating func turn(clockwise: Bool = true) {
    quarterTurns = (quarterTurns + (clockwise ? 1 : 3)) % 4
  }

  /// Mirrors what is seen left to right, whatever way it is turned.
  public mutating func flipHorizontally() {
    isMirrored.toggle()
    quarterTurns = (4 - quarterTurns) % 4
  }

  /// Mirrors what is seen top to bottom.
  public mutating func flipVertically() {
    flipHorizontally()
    quarterTurns = (quarterTurns + 2) % 4
  }

  /// Where each sample of a viewport lies in the image.
  public func projection(of image: ImageExtent, in viewport: Viewport) -> Projection {
    Projection(self, image, viewport)
  }

  private mutating func setZoom(_ wanted: Double) {
    guard wanted.isFinite else { return }
    zoom = min(max(wanted, Self.zooms.lowerBound), Self.zooms.upperBound)
  }

  /// The middle of the viewport never leaves the image.
  private mutating func move(by offset: ImagePoint, _ image: ImageExtent) {
    let width = Double(image.width)
    let height = Double(image.height)
    let from = center ?? ImagePoint(x: width / 2, y: height / 2)
    guard offset.x.isFinite, offset.y.isFinite else { return }
    center = ImagePoint(
      x: min(max(0, from.x + offset.x), width), y: min(max(0, from.y + offset.y), height))
  }
}

extension Viewport {
  var middle: ImagePoint { ImagePoint(x: Double(width) / 2, y: Double(height) / 2) }
}
