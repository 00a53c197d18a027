/// The values of a frame: rows from the top, pixels from the left, colour interleaved.
///
/// Integers are shifted down from High Bit, masked to Bits Stored and sign-extended: the number is
/// the stored value. 1-bit data is expanded to 0 and 1; signed 8-bit data is widened to `int16`.
public enum PixelBuffer: Sendable, Equatable {
  case uint8([UInt8])
  case int16([Int16])
  case uint16([UInt16])
  case int32([Int32])
  case uint32([UInt32])
  /// Float Pixel Data (7FE0,0008).
  case float32([Float])
  /// Double Float Pixel Data (7FE0,0009).
  case float64([Double])

  public var count: Int {
    switch self {
    case .uint8(let values): values.count
    case .int16(let values): values.count
    case .uint16(let values): values.count
    case .int32(let values): values.count
    case .uint32(let values): values.count
    case .float32(let values): values.count
    case .float64(let values): values.count
    }
  }

  /// Bytes that the values take.
  public var byteCount: Int {
    switch self {
    case .uint8: count
    case .int16, .uint16: count * 2
    case .int32, .uint32, .float32: count * 4
    case .float64: count * 8
    }
  }

  /// The value at an index as a number; nil beyond the end. For probes, not for loops.
  public func value(at index: Int) -> Double? {
    guard index >= 0 && index < count else { return nil }
    return switch self {
    case .uint8(let values): Double(values[index])
    case .int16(let values): Double(values[index])
    case .uint16(let values): Double(values[index])
    case .int32(let values): Double(values[index])
    case .uint32(let values): Double(values[index])
    case .float32(let values): Double(values[index])
    case .float64(let values): values[index]
    }
  }
}
