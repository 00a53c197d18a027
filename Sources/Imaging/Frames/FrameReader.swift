public import DICOM

/// How colour frames are handed out.
public enum FrameColour: Sendable {
  /// RGB, whatever it was stored as. Palette indices stay indices.
  case rgb
  /// As stored, only interleaved: luminance and colour differences stay what they are.
  case stored
}

/// Gives the frames of one file, one at a time; only the header is read at first. Safe from several
/// threads at once.
///
/// ```swift
/// let reader = try FrameReader(path: "slice.dcm")
/// let frame = try reader.frame(0)
/// ```
public final class FrameReader: Sendable {
  /// Header, with windows, lookup tables, overlays and geometry; without pixel data.
  public let file: DICOMFile
  /// How the pixels are described.
  public let format: PixelFormat

  let values: ValueSource
  let layout: PixelLayout
  let limits: FrameLimits
  private let palette: ColorPalette?
  private let decoders: DecoderPool

  /// Reads the header of a file.
  /// - Throws: ``FrameError`` when it is not readable, has no pixel data or describes it wrongly.
  public convenience init(
    path: String, limits: FrameLimits = .standard, decoders: DecoderPool = .shared
  ) throws(FrameError) {
    let opened: OpenedFile
    do throws(DICOMError) {
      opened = try OpenedFile(path: path)
    } catch {
      throw .file(error)
    }
    try self.init(opened, limits: limits, decoders: decoders)
  }

  /// - Parameter name: for error texts.
  public convenience init(
    bytes: [UInt8], name: String, limits: FrameLimits = .standard, decoders: DecoderPool = .shared
  ) throws(FrameError) {
    let opened: OpenedFile
    do throws(DICOMError) {
      opened = try OpenedFile(bytes: bytes, name: name)
    } catch {
      throw .file(error)
    }
    try self.init(opened, limits: limits, decoders: decoders)
  }

  /// - Parameters:
  ///   - opened: a file whose header was read already.
  ///   - decoders: the processes that decode what is compressed.
  public init(
    _ opened: OpenedFile, limits: FrameLimits = .standard, decoders: DecoderPool = .shared
  ) throws(FrameError) {
    file = opened.file
    values = opened.values
    self.limits = limits
    self.decoders = decoders
    let dataSet = opened.file.dataSet
    let found = [Tag.pixelData, .floatPixelData, .doubleFloatPixelData]
      .lazy.compactMap { dataSet[$0] }.first
    guard let element = found else { throw .noPixelData(file: file.name) }
    format = try PixelFormat(dataSet, tag: element.tag, file: file.name, limits: limits)
    layout = try PixelLayout(element, in: opened, format: format)
    palette =
      format.photometric == .paletteColor
      ? try ColorPalette(dataSet, file: file.name) : nil
  }

  /// True when the picture is not what was measured: by its transfer syntax, or because it says
  /// that it was compressed with loss before (Lossy Image Compression).
  public var isLossy: Bool {
    file.transferSyntax.isLossy || file.dataSet.string(Tag(0x0028, 0x2110)) == "01"
  }

  /// True when frames come from the decoder process: a look ahead is worth more.
  public var isCompressed: Bool {
    if case .encapsulated = layout { true } else { false }
  }

  /// Frames, at least 1.
  public var frameCount: Int { format.frameCount }

  /// Reads and decodes one frame. Blocks while it reads, and while the decoder process works.
  /// - Parameter index: from 0.
  public func frame(_ index: Int, colour: FrameColour = .rgb) throws(FrameError) -> Frame {
    guard index >= 0 && index < frameCount else {
      throw .noSuchFrame(file: file.name, frame: index, count: frameCount)
    }
    var frame: Frame
    switch layout {
    case .native(let location, let isBigEndian, let swapsPairs):
      frame = try NativeFrames(
        values: values, format: format, location: location, isBigEndian: isBigEndian,
        swapsPairs: swapsPairs
      ).frame(index)
    case .encapsulated(let fragments):
      frame = try CompressedFrames(
        values: values, format: format, fragments: fragments, syntax: file.transferSyntax,
        limits: limits, decoders: decoders
      ).frame(index)
    }
    if colour == .rgb { frame.convertToRGB() }
    frame.palette = palette
    return frame
  }
}
