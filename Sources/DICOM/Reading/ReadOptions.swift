/// How much of a file to read, and the bounds that protect this machine.
public struct ReadOptions: Sendable {
  /// Do not go beyond the first pixel data element. It is still located.
  public var stopsBeforePixelData = false
  /// When false, pixel data of the top level is located, whatever its size.
  public var keepsPixelData = true
  /// Do not read elements with a higher tag.
  public var lastTag: Tag?
  /// Larger values are located, not kept.
  public var maximumValueBytes = 1 << 20
  /// Sequences nested more deeply are refused.
  public var maximumDepth = 64
  /// Elements, items and fragments together.
  public var maximumElements = 4_000_000
  /// Bytes of values kept in memory, all together.
  public var maximumTotalBytes = 1 << 30
  /// A deflated data set that gets larger is refused.
  public var maximumInflatedBytes = 1 << 30
  /// Bytes of a deflated data set that are kept.
  public var maximumInflatedKept = 256 << 20

  public init() {}

  /// Everything but pixel data, and of large values only their place.
  public static let header: ReadOptions = {
    var options = ReadOptions()
    options.stopsBeforePixelData = true
    options.maximumValueBytes = 64 << 10
    options.maximumInflatedKept = 16 << 20
    return options
  }()
}
