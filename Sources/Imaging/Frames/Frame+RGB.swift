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

  /// In 16.16 fixed point; exact to the rounding of the last unit.
  private static func convert<Value: FixedWidthInteger & UnsignedInteger>(
    _ values: inout [Value], bits: Int
  ) {
    let half = 1 << (bits - 1)
    let top = (1 << bits) - 1
    values.withUnsafeMutableBufferPointer { buffer in
      var index = 0
      while index + 2 < buffer.count {
        let luminance = (Int(buffer[index]) << 16) + 0x8000
        let blue = Int(buffer[index + 1]) - half
        let red = Int(buffer[index + 2]) - half
        // 1.402, 0.344136, 0.714136, 1.772 times 65,536.
        let r = (luminance + 91_881 * red) >> 16
        let g = (luminance - 22_554 * blue - 46_802 * red) >> 16
        let b = (luminance + 116_130 * blue) >> 16
        buffer[index] = Value(truncatingIfNeeded: min(top, max(0, r)))
        buffer[index + 1] = Value(truncatingIfNeeded: min(top, max(0, g)))
        buffer[index + 2] = Value(truncatingIfNeeded: min(top, max(0, b)))
        index += 3
      }
    }
  }
}
