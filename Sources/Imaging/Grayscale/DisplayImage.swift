/// A picture as it is shown: 8 bits a sample, grey or RGB, rows from the top.
public struct DisplayImage: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// 1 for grey, 3 for red, green and blue.
  public let channels: Int
  /// `width * height * channels` samples; 0 is black.
  public var pixels: [UInt8]

  /// - Parameter pixels: filled with black or cut when their number does not fit.
  public init(width: Int, height: Int, channels: Int = 1, pixels: [UInt8] = []) {
    self.width = max(0, width)
    self.height = max(0, height)
    self.channels = channels == 3 ? 3 : 1
    let count = self.width * self.height * self.channels
    self.pixels = pixels
    if pixels.count > count { self.pixels.removeLast(pixels.count - count) }
    if pixels.count < count {
      self.pixels += [UInt8](repeating: 0, count: count - pixels.count)
    }
  }
}
