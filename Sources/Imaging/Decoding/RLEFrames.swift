/// From the planes of RLE data to the values of a frame.
enum RLEFrames {
  static func pixels(_ data: [UInt8], format: PixelFormat) throws(RLE.Problem) -> PixelBuffer {
    let pixels = format.columns * format.rows
    let width = format.bytesPerSample
    if format.bitsAllocated == 1 {
      let bytes = try planes(data, count: 1, bytes: (pixels + 7) / 8)
      return .uint8(Samples.unpacked(bytes, width: 1, offset: 0, count: pixels, as: UInt8.self))
    }
    let planes = try planes(data, count: format.samplesPerPixel * width, bytes: pixels)
    switch (width, format.isSigned) {
    case (1, _):
      var bytes = Samples.interleaved(planes, samples: format.samplesPerPixel)
      Samples.normalise(&bytes, bitsStored: format.bitsStored, highBit: format.highBit)
      return format.isSigned
        ? .int16(Samples.signed(bytes, bits: format.bitsStored)) : .uint8(bytes)
    case (2, true): return joined(planes, Int16.self, format)
    case (2, false): return joined(planes, UInt16.self, format)
    case (_, true): return joined(planes, Int32.self, format)
    case (_, false): return joined(planes, UInt32.self, format)
    }
  }

  private static func planes(_ data: [UInt8], count: Int, bytes: Int)
    throws(RLE.Problem) -> [UInt8]
  {
    var failure: RLE.Problem?
    let result = data.withUnsafeBytes { raw -> [UInt8] in
      do throws(RLE.Problem) {
        return try RLE.planes(raw, planes: count, planeBytes: bytes)
      } catch {
        failure = error
        return []
      }
    }
    if let failure { throw failure }
    return result
  }

  /// Puts the bytes of each sample together again.
  private static func joined<Value: FixedWidthInteger & PixelValue>(
    _ planes: [UInt8], _: Value.Type, _ format: PixelFormat
  ) -> PixelBuffer {
    let pixels = format.columns * format.rows
    let samples = format.samplesPerPixel
    let width = MemoryLayout<Value>.size
    var values = planes.withUnsafeBufferPointer { planes in
      [Value](unsafeUninitializedCapacity: pixels * samples) { result, count in
        for sample in 0..<samples {
          let first = sample * width * pixels
          if width == 2 && samples == 1 {
            // The usual case, written so that it becomes vector code.
            for pixel in 0..<pixels {
              let word = UInt16(planes[pixel]) << 8 | UInt16(planes[pixels + pixel])
              result.initializeElement(at: pixel, to: Value(truncatingIfNeeded: word))
            }
            continue
          }
          for pixel in 0..<pixels {
            var value: UInt32 = 0
            for byte in 0..<width {
              value = value << 8 | UInt32(planes[first + byte * pixels + pixel])
            }
            result.initializeElement(
              at: pixel * samples + sample, to: Value(truncatingIfNeeded: value))
          }
        }
        count = pixels * samples
      }
    }
    Samples.normalise(&values, bitsStored: format.bitsStored, highBit: format.highBit)
    return Value.buffer(values)
  }
}
