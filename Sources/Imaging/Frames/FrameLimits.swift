/// Bounds that are checked before memory is taken.
public struct FrameLimits: Sendable {
  /// Rows and columns each; the attributes have 16 bits.
  public var maximumSide = 65_535
  /// Bytes of one frame after decoding.
  public var maximumFrameBytes = 512 << 20
  /// Bytes of one frame before decoding.
  public var maximumCompressedBytes = 256 << 20
  /// Frames of one file.
  public var maximumFrames = 4 << 20

  public init() {}

  /// The largest images of practice (whole chest at 16 bits: 50 MB) with room above.
  public static let standard = FrameLimits()
}
