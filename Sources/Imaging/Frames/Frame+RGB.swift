extension Frame {
  /// Turns YBR_FULL into RGB (DICOM PS3.3 C.7.6.3.1.2); leaves everything else as it is.
  public mutating func convertToRGB() {
    guard photometric.isLuminanceChrominance, samplesPerPixel == 3 else { return }
    switch pixels {
    case .uint8(var values):
      pixels = .uint8([])
      Self.convert(&values, bits: bitsStored)
      pixels = .uint8(values)
    case .uint16(var values):
      pixels = .uint16([])
      Self.convert(&values, bits: bitsStored)
      pixels = .uint16(values)
    default: return
    }
    photometric = .rgb
  }

  /// In 32.32 fixed point: the sums are rounded once, halves up.
  private static func convert<Value: FixedWidthInteger & UnsignedInteger>(
    _ values: inout [Value], bits: Int
  ) {
    let one = Double(1 << 32)
    let redOfRed = Int((1.402 * one).rounded())
    let greenOfRed = Int((0.299 * 1.402 / 0.587 * one).rounded())
    let greenOfBlue = Int((0.114 * 1.772 / 0.587 * one).rounded())
    let blueOfBlue = Int((1.772 * one).rounded())
    let half = 1 << (bits - 1)
    let top = (1 << bits) - 1
    values.withUnsafeMutableBufferPointer { buffer in
      var index = 0
      while index + 2 < buffer.count {
        let luminance = (Int(buffer[index]) << 32) + (1 << 31)
        let blue = Int(buffer[index + 1]) - half
        let red = Int(buffer[index + 2]) - half
        let r = (luminance + redOfRed * red) >> 32
        let g = (luminance - greenOfBlue * blue - greenOfRed * red) >> 32
        let b = (luminance + blueOfBlue * blue) >> 32
        buffer[index] = Value(truncatingIfNeeded: min(top, max(0, r)))
        buffer[index + 1] = Value(truncatingIfNeeded: min(top, max(0, g)))
        buffer[index + 2] = Value(truncatingIfNeeded: min(top, max(0, b)))
        index += 3
      }
    }
  }
}
