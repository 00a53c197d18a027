/// Work on all samples of a frame at once.
enum Samples {
  /// An array that `fill` writes as bytes; the error of `fill` is passed on.
  static func array<Value: PixelWord, Failure: Error>(
    _ count: Int, fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> [Value] {
    var failure: Failure?
    let values = [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(Failure) {
        try fill(
          UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<count])))
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return values
  }

  static func swapBytes<Value: FixedWidthInteger>(_ values: inout [Value]) {
    values.withUnsafeMutableBufferPointer { buffer in
      for index in buffer.indices { buffer[index] = buffer[index].byteSwapped }
    }
  }

  /// Moves the stored bits down, cuts what does not belong to them and extends the sign (DICOM
  /// PS3.5 section 8.1.1: unused bits may hold anything).
  static func normalise<Value: FixedWidthInteger>(
    _ values: inout [Value], bitsStored: Int, highBit: Int
  ) {
    let left = max(0, Value.bitWidth - highBit - 1)
    let right = max(0, Value.bitWidth - bitsStored)
    if left == 0 && right == 0 { return }
    values.withUnsafeMutableBufferPointer { buffer in
      for index in buffer.indices { buffer[index] = (buffer[index] &<< left) &>> right }
    }
  }

  /// Bytes of which the lower `bits` are a number in two's complement.
  static func signed(_ bytes: [UInt8], bits: Int) -> [Int16] {
    let shift = 8 - min(8, bits)
    return bytes.map { Int16((Int8(bitPattern: $0) &<< shift) &>> shift) }
  }

  /// From one plane after another to pixel after pixel.
  static func interleaved<Value: PixelWord>(_ planes: [Value], samples: Int) -> [Value] {
    guard samples > 1 else { return planes }
    let pixels = planes.count / samples
    return planes.withUnsafeBufferPointer { planes in
      [Value](unsafeUninitializedCapacity: pixels * samples) { result, count in
        for sample in 0..<samples {
          var place = sample
          for pixel in 0..<pixels {
            result.initializeElement(at: place, to: planes[sample * pixels + pixel])
            place += samples
          }
        }
        count = pixels * samples
      }
    }
  }

  /// Y Y Cb Cr becomes Y Cb Cr Y Cb Cr (DICOM PS3.3 C.7.6.3.1.2, YBR_FULL_422).
  static func expanded422(_ bytes: [UInt8]) -> [UInt8] {
    let pairs = bytes.count / 4
    return [UInt8](unsafeUninitializedCapacity: pairs * 6) { result, count in
      for pair in 0..<pairs {
        let (from, to) = (pair * 4, pair * 6)
        let (blue, red) = (bytes[from + 2], bytes[from + 3])
        result.initializeElement(at: to, to: bytes[from])
        result.initializeElement(at: to + 1, to: blue)
        result.initializeElement(at: to + 2, to: red)
        result.initializeElement(at: to + 3, to: bytes[from + 1])
        result.initializeElement(at: to + 4, to: blue)
        result.initializeElement(at: to + 5, to: red)
      }
      count = pairs * 6
    }
  }

  /// Numbers of `width` bits, the least significant bit of the first byte first (PS3.5 section
  /// 8.2 and figure 8.1.1-1).
  /// - Parameter offset: bits to leave out at the beginning.
  static func unpacked<Value: FixedWidthInteger & PixelValue>(
    _ bytes: [UInt8], width: Int, offset: Int, count: Int, as: Value.Type
  ) -> [Value] {
    (0..<count).map { index in
      var value = 0
      let first = offset + index * width
      for bit in 0..<width {
        let place = first + bit
        guard place >> 3 < bytes.count else { break }
        value |= Int(bytes[place >> 3] >> UInt8(place & 7) & 1) << bit
      }
      return Value(truncatingIfNeeded: value)
    }
  }
}
