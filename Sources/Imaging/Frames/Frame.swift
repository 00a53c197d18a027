/// One frame of stored values, before any modality or VOI transformation (DICOM PS3.3 C.7.6.3).
public struct Frame: Sendable, Equatable {
  /// Pixels in a row, at least 1.
  public var columns: Int
  /// Rows, at least 1.
  public var rows: Int
  /// 1, or 3 for colour.
  public var samplesPerPixel: Int
  public var bitsAllocated: Int
  public var bitsStored: Int
  public var highBit: Int
  /// Pixel Representation: two's complement when true.
  public var isSigned: Bool
  /// What the values mean after decoding.
  public var photometric: PhotometricInterpretation
  /// `columns * rows * samplesPerPixel` values.
  public var pixels: PixelBuffer
  /// The colours that the values stand for, when ``photometric`` is palette color.
  public var palette: ColorPalette?
  /// What was noticed while decoding; the picture may be wrong, and whoever looks at it must know.
  public var warning: String?

  /// - Returns: nil when the number of values is not that of the dimensions.
  public init?(
    columns: Int, rows: Int, samplesPerPixel: Int = 1, bitsAllocated: Int, bitsStored: Int,
    highBit: Int? = nil, isSigned: Bool, photometric: PhotometricInterpretation,
    pixels: PixelBuffer, palette: ColorPalette? = nil
  ) {
    guard columns > 0, rows > 0, samplesPerPixel > 0 else { return nil }
    let (plane, overflow) = columns.multipliedReportingOverflow(by: rows)
    let (count, overflowing) = plane.multipliedReportingOverflow(by: samplesPerPixel)
    guard !overflow, !overflowing, count == pixels.count else { return nil }
    self.columns = columns
    self.rows = rows
    self.samplesPerPixel = samplesPerPixel
    self.bitsAllocated = bitsAllocated
    self.bitsStored = bitsStored
    self.highBit = highBit ?? bitsStored - 1
    self.isSigned = isSigned
    self.photometric = photometric
    self.pixels = pixels
    self.palette = palette
  }
}

extension Frame {
  /// A frame of a format whose values were decoded.
  /// - Throws: ``FrameError/damaged(file:frame:problem:)`` when their number is another.
  init(
    _ format: PixelFormat, photometric: PhotometricInterpretation, pixels: PixelBuffer,
    file: String, _ index: Int
  ) throws(FrameError) {
    let frame = Frame(
      columns: format.columns, rows: format.rows, samplesPerPixel: format.samplesPerPixel,
      bitsAllocated: format.bitsAllocated, bitsStored: format.bitsStored, highBit: format.highBit,
      isSigned: format.isSigned, photometric: photometric, pixels: pixels)
    guard let frame else {
      throw .damaged(
        file: file, frame: index,
        problem: "it has \(pixels.count) values, expected \(format.sampleCount)")
    }
    self = frame
  }
}
