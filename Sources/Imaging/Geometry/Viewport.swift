/// Where an image is displayed: a grid of samples (half cells, pixels of the terminal, …).
public struct Viewport: Sendable, Equatable {
  /// Samples across and down.
  public var width: Int
  public var height: Int
  /// Width of a sample divided by its height, on the screen.
  public var sampleAspect: Double
  /// Samples, counted down the screen, that one pixel of the screen takes: 1 where a sample is the
  /// smallest thing that can be shown.
  public var devicePixel: Double

  public init(width: Int, height: Int, sampleAspect: Double = 1, devicePixel: Double = 1) {
    self.width = max(0, width)
    self.height = max(0, height)
    self.sampleAspect = (0.05...20).contains(sampleAspect) ? sampleAspect : 1
    self.devicePixel = (1e-3...1e3).contains(devicePixel) ? devicePixel : 1
  }
}

/// The size of an image, and the shape of its pixels.
public struct ImageExtent: Sendable, Equatable {
  public var width: Int
  public var height: Int
  /// Height of a pixel divided by its width.
  public var pixelAspect: Double

  public init(width: Int, height: Int, pixelAspect: Double = 1) {
    self.width = max(1, width)
    self.height = max(1, height)
    self.pixelAspect = (0.05...20).contains(pixelAspect) ? pixelAspect : 1
  }
}
