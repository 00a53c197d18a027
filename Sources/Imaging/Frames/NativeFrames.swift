import DICOM

/// Uncompressed pixel data (DICOM PS3.5 section 8.1 and annex D).
struct NativeFrames {
  let values: ValueSource
  let format: PixelFormat
  let location: Element.Location
  let isBigEndian: Bool
  /// Bytes were written as big endian 16-bit words.
  let swapsPairs: Bool

  /// Two pixels share their colour differences. Data that has room for all of them is not
  /// subsampled, whatever it says.
  private var isSubsampled: Bool {
    guard format.photometric == .ybrFull422 || format.photometric == .ybrPartial422 else {
      return false
    }
    let (whole, overflow) = format.sampleCount.multipliedReportingOverflow(by: format.frameCount)
    return overflow || location.length < whole
  }

  func frame(_ index: Int) throws(FrameError) -> Frame {
    var photometric = format.photometric
    let pixels: PixelBuffer
    switch (format.numbers, format.bitsAllocated, format.isSigned) {
    case (.float32, _, _):
      pixels = .float32(try words(index, UInt32.self).map { Float(bitPattern: $0) })
    case (.float64, _, _):
      pixels = .float64(try words(index, UInt64.self).map { Double(bitPattern: $0) })
    case (_, 1, _): pixels = try packed(index, UInt8.self)
    case (_, 12, true): pixels = try packed(index, Int16.self)
    case (_, 12, false): pixels = try packed(index, UInt16.self)
    case (_, 8, _):
      if isSubsampled { photometric = .ybrFull }
      pixels = try bytes(index)
    case (_, 16, true): pixels = try integers(index, Int16.self)
    case (_, 16, false): pixels = try integers(index, UInt16.self)
    case (_, _, true): pixels = try integers(index, Int32.self)
    case (_, _, false): pixels = try integers(index, UInt32.self)
    }
    return try Frame(format, photometric: photometric, pixels: pixels, file: values.name, index)
  }

  private func integers<Value: FixedWidthInteger & PixelValue>(_ index: Int, _: Value.Type)
    throws(FrameError) -> PixelBuffer
  {
    var numbers: [Value] = try words(index, Value.self)
    Samples.normalise(&numbers, bitsStored: format.bitsStored, highBit: format.highBit)
    return Value.buffer(numbers)
  }

  /// Interleaved numbers in this machine's order, bits as stored.
  private func words<Value: FixedWidthInteger & PixelWord>(_ index: Int, _: Value.Type)
    throws(FrameError) -> [Value]
  {
    let range = try range(index, bits: MemoryLayout<Value>.size * 8 * format.sampleCount)
    var numbers: [Value] = try read(range.bytes, count: format.sampleCount)
    if isBigEndian { Samples.swapBytes(&numbers) }
    return format.isPlanar
      ? Samples.interleaved(numbers, samples: format.samplesPerPixel) : numbers
  }

  private func bytes(_ index: Int) throws(FrameError) -> PixelBuffer {
    guard !isSubsampled || format.columns % 2 == 0 else {
      throw .attribute(
        file: values.name, tag: .columns,
        problem: "is \(format.columns), but \(format.photometric.rawValue) needs an even number")
    }
    let stored = isSubsampled ? format.sampleCount / 3 * 2 : format.sampleCount
    var bytes = try raw(range(index, bits: stored * 8), count: stored)
    if isSubsampled {
      bytes = Samples.expanded422(bytes)
    } else if format.isPlanar {
      bytes = Samples.interleaved(bytes, samples: format.samplesPerPixel)
    }
    Samples.normalise(&bytes, bitsStored: format.bitsStored, highBit: format.highBit)
    return format.isSigned
      ? .int16(Samples.signed(bytes, bits: format.bitsStored)) : .uint8(bytes)
  }

  private func packed<Value: FixedWidthInteger & PixelValue>(_ index: Int, _: Value.Type)
    throws(FrameError) -> PixelBuffer
  {
    let range = try range(index, bits: format.bitsAllocated * format.sampleCount)
    let bytes = try raw(range, count: range.bytes.length)
    var numbers = Samples.unpacked(
      bytes, width: format.bitsAllocated, offset: range.bitOffset, count: format.sampleCount,
      as: Value.self)
    Samples.normalise(&numbers, bitsStored: format.bitsStored, highBit: format.highBit)
    return Value.buffer(
      format.isPlanar ? Samples.interleaved(numbers, samples: format.samplesPerPixel) : numbers)
  }

  /// The bytes of a frame that has `bits`, and where in the first byte it begins.
  private func range(_ index: Int, bits: Int) throws(FrameError)
    -> (bytes: Element.Location, bitOffset: Int)
  {
    // Both factors are bounded: frames to 2^22, a frame to 2^32 bits.
    let first = index * bits
    let (start, end) = (first / 8, (first + bits + 7) / 8)
    guard end <= location.length else {
      throw .truncated(
        file: values.name, frame: index, expected: end - start,
        available: max(0, location.length - start))
    }
    return (Element.Location(offset: location.offset + start, length: end - start), first % 8)
  }

  /// The bytes of a range, in the order of little endian data.
  private func raw(_ range: (bytes: Element.Location, bitOffset: Int), count: Int)
    throws(FrameError) -> [UInt8]
  {
    guard swapsPairs else { return try read(range.bytes, count: count) }
    // Words begin at even places of the pixel data, frames need not.
    let before = (range.bytes.offset - location.offset) % 2
    let after = (before + range.bytes.length) % 2
    let end = range.bytes.offset + range.bytes.length - location.offset + after
    guard end <= location.length else {
      throw .truncated(
        file: values.name, frame: 0, expected: end, available: location.length)
    }
    let pairs = Element.Location(
      offset: range.bytes.offset - before, length: before + range.bytes.length + after)
    var words: [UInt16] = try read(pairs, count: pairs.length / 2)
    Samples.swapBytes(&words)
    return words.withUnsafeBytes { Array($0[before..<before + count]) }
  }

  private func read<Value: PixelWord>(_ range: Element.Location, count: Int)
    throws(FrameError) -> [Value]
  {
    try Samples.array(count) { buffer throws(FrameError) in
      do throws(DICOMError) {
        try values.read([range], into: buffer)
      } catch {
        throw .file(error)
      }
    }
  }
}
