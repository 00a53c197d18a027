/// The stored values of a frame in short: enough to compare two decoders bit by bit.
public struct FrameSummary: Sendable, Equatable, Codable {
  /// How the digest's bytes are written: `int32le`, or `float64` (little endian) for floating point.
  public var kind: String
  /// SHA-256 of all values in that form, rows from the top, samples of a pixel together; lower-case
  /// hexadecimal.
  public var sha256: String
  /// Rows, columns, and samples where there are several.
  public var shape: [Int]
  public var min: InspectValue
  public var max: InspectValue
  /// Integers: rounded to six decimals.
  public var mean: Double

  public init(
    kind: String, sha256: String, shape: [Int], min: InspectValue, max: InspectValue, mean: Double
  ) {
    self.kind = kind
    self.sha256 = sha256
    self.shape = shape
    self.min = min
    self.max = max
    self.mean = mean
  }
}
