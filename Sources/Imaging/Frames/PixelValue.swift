/// A number of pixel data.
protocol PixelWord: BitwiseCopyable, Sendable {}

/// A number that a ``PixelBuffer`` holds.
protocol PixelValue: PixelWord {
  static func buffer(_ values: [Self]) -> PixelBuffer
}

extension UInt64: PixelWord {}

extension UInt8: PixelValue {
  static func buffer(_ values: [UInt8]) -> PixelBuffer { .uint8(values) }
}
extension Int16: PixelValue {
  static func buffer(_ values: [Int16]) -> PixelBuffer { .int16(values) }
}
extension UInt16: PixelValue {
  static func buffer(_ values: [UInt16]) -> PixelBuffer { .uint16(values) }
}
extension Int32: PixelValue {
  static func buffer(_ values: [Int32]) -> PixelBuffer { .int32(values) }
}
extension UInt32: PixelValue {
  static func buffer(_ values: [UInt32]) -> PixelBuffer { .uint32(values) }
}
extension Float: PixelValue {
  static func buffer(_ values: [Float]) -> PixelBuffer { .float32(values) }
}
extension Double: PixelValue {
  static func buffer(_ values: [Double]) -> PixelBuffer { .float64(values) }
}
