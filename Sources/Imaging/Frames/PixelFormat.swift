import DICOM

/// How the pixel data of a data set is described (DICOM PS3.3 C.7.6.3), checked.
public struct PixelFormat: Sendable, Equatable {
  /// The kind of the stored numbers.
  public enum Numbers: Sendable { case integers, float32, float64 }

  public var columns: Int
  public var rows: Int
  public var samplesPerPixel: Int
  public var bitsAllocated: Int
  public var bitsStored: Int
  public var highBit: Int
  public var isSigned: Bool
  public var numbers: Numbers
  /// As the data set declares it; see ``Frame/photometric`` for what decoding made of it.
  public var photometric: PhotometricInterpretation
  /// Planar Configuration 1: all of the first sample, then all of the second …
  public var isPlanar: Bool
  /// Number of Frames, at least 1.
  public var frameCount: Int

  /// Samples of one frame.
  public var sampleCount: Int { columns * rows * samplesPerPixel }

  /// Bytes of one sample in memory: 1, 2, 4 or 8.
  public var bytesPerSample: Int {
    switch bitsAllocated {
    case ...8: 1
    case ...16: 2
    case ...32: 4
    default: 8
    }
  }

  /// Reads the description of pixel data.
  /// - Parameter tag: Pixel Data, Float Pixel Data or Double Float Pixel Data.
  /// - Throws: ``FrameError/attribute(file:tag:problem:)`` for what is missing or impossible,
  ///   ``FrameError/limit(file:problem:)`` for what is too large.
  init(_ dataSet: DataSet, tag: Tag, file: String, limits: FrameLimits) throws(FrameError) {
    let reader = AttributeReader(dataSet: dataSet, file: file)
    rows = try reader.integer(.rows, 1...Int.max)
    columns = try reader.integer(.columns, 1...Int.max)
    guard rows <= limits.maximumSide, columns <= limits.maximumSide else {
      throw .limit(
        file: file,
        problem: "the image has \(columns) x \(rows) pixels, the limit is \(limits.maximumSide) "
          + "on each side")
    }
    photometric = try reader.photometric()
    samplesPerPixel = try reader.integer(
      .samplesPerPixel, 1...4, otherwise: photometric.samplesPerPixel)
    guard samplesPerPixel == photometric.samplesPerPixel else {
      throw .attribute(
        file: file, tag: .samplesPerPixel,
        problem: "is \(samplesPerPixel), but \(photometric.rawValue) has "
          + "\(photometric.samplesPerPixel)")
    }
    isPlanar =
      samplesPerPixel > 1
      ? try reader.integer(.planarConfiguration, 0...1, otherwise: 0) == 1 : false
    switch tag {
    case .floatPixelData: numbers = .float32
    case .doubleFloatPixelData: numbers = .float64
    default: numbers = .integers
    }
    let widths = numbers == .integers ? 1...32 : numbers == .float32 ? 32...32 : 64...64
    bitsAllocated = try reader.integer(.bitsAllocated, widths)
    if numbers == .integers {
      guard [1, 8, 12, 16, 32].contains(bitsAllocated) else {
        throw .unsupported(
          file: file, problem: "samples of \(bitsAllocated) bits are not supported")
      }
      bitsStored = try reader.integer(.bitsStored, 1...bitsAllocated)
      isSigned = try reader.integer(.pixelRepresentation, 0...1) == 1
      let bit = dataSet.int(.highBit) ?? bitsStored - 1
      // A bit that cannot be meant is read as the only one the standard allows.
      highBit = (bitsStored - 1..<bitsAllocated).contains(bit) ? bit : bitsStored - 1
    } else {
      bitsStored = bitsAllocated
      highBit = bitsAllocated - 1
      isSigned = true
    }
    frameCount = max(1, try reader.integer(.numberOfFrames, 0...Int.max, otherwise: 1))
    guard frameCount <= limits.maximumFrames else {
      throw .limit(
        file: file,
        problem: "it has \(frameCount) frames, the limit is \(limits.maximumFrames)")
    }
    // Each factor is bounded by now: at most 65,535² x 4 x 8.
    let bytes = sampleCount * bytesPerSample
    guard bytes <= limits.maximumFrameBytes else {
      throw .limit(
        file: file,
        problem: "a frame of \(columns) x \(rows) takes \(bytes >> 20) MiB, the limit is "
          + "\(limits.maximumFrameBytes >> 20) MiB")
    }
  }
}

/// Single attributes of the image pixel module.
private struct AttributeReader {
  let dataSet: DataSet
  let file: String

  func integer(_ tag: Tag, _ range: ClosedRange<Int>, otherwise: Int? = nil)
    throws(FrameError) -> Int
  {
    guard let element = dataSet[tag], element.bytes?.isEmpty != true else {
      if let otherwise { return otherwise }
      throw .attribute(file: file, tag: tag, problem: "is missing")
    }
    guard let value = dataSet.int(tag) else {
      throw .attribute(file: file, tag: tag, problem: "is no whole number")
    }
    guard range.contains(value) else {
      let bound =
        range.upperBound == Int.max
        ? "at least \(range.lowerBound)"
        : "\(range.lowerBound) to \(range.upperBound)"
      throw .attribute(file: file, tag: tag, problem: "is \(value), expected \(bound)")
    }
    return value
  }

  func photometric() throws(FrameError) -> PhotometricInterpretation {
    guard let text = dataSet.string(.photometricInterpretation), !text.isEmpty else {
      throw .attribute(file: file, tag: .photometricInterpretation, problem: "is missing")
    }
    guard let known = PhotometricInterpretation(rawValue: text.uppercased()) else {
      throw .unsupported(file: file, problem: "its photometric interpretation is not known here")
    }
    return known
  }
}
