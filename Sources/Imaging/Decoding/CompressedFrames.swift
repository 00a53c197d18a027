import CDecoder
import DICOM

/// Encapsulated pixel data: RLE and deflate are undone here, everything else in the decoder process.
struct CompressedFrames {
  let values: ValueSource
  let format: PixelFormat
  let fragments: FragmentMap
  let syntax: TransferSyntax
  let limits: FrameLimits
  let decoders: DecoderPool

  private var file: String { values.name }

  func frame(_ index: Int) throws(FrameError) -> Frame {
    guard let ranges = fragments[index] else {
      throw .damaged(
        file: file, frame: index,
        problem: "only \(fragments.frames.count) of \(format.frameCount) frames can be told apart")
    }
    let total = ranges.reduce(0) { $0 + $1.length }
    guard total > 0 else {
      throw .damaged(file: file, frame: index, problem: "it has no compressed data")
    }
    guard total <= min(limits.maximumCompressedBytes, Int(RR_DECODER_INPUT_BYTES)) else {
      throw .limit(file: file, problem: "its compressed data has \(total >> 20) MiB")
    }
    switch CompressionKind(syntax) {
    case .runLength: return try runLength(index, ranges, total)
    case .codestream:
      return try CodestreamFrame(
        values: values, format: format, ranges: ranges, total: total, index: index,
        decoders: decoders
      ).decoded()
    case .deflated:
      let whole = limits.maximumFrameBytes
      let inflated = try reading { () throws(DICOMError) in
        try values.inflated(ranges, limit: whole)
      }
      return try native(inflated, index)
    case .none:
      let bytes = try joined(ranges, total)
      return try native(ValueSource(bytes: bytes, name: file), index)
    case .video:
      throw .unsupported(file: file, problem: "\(syntax.name) is video, which is not shown")
    case .unknown:
      throw .unsupported(file: file, problem: "\(syntax.name) is not supported")
    }
  }

  private func runLength(_ index: Int, _ ranges: [Element.Location], _ total: Int)
    throws(FrameError) -> Frame
  {
    let bytes = try joined(ranges, total)
    let pixels: PixelBuffer
    do throws(RLE.Problem) {
      pixels = try RLEFrames.pixels(bytes, format: format)
    } catch {
      throw .damaged(file: file, frame: index, problem: error.words)
    }
    // Planes of bytes cannot be subsampled.
    let photometric = format.photometric == .ybrFull422 ? .ybrFull : format.photometric
    return try Frame(format, photometric: photometric, pixels: pixels, file: file, index)
  }

  /// A frame whose bytes stand alone in a source.
  private func native(_ source: ValueSource, _ index: Int) throws(FrameError) -> Frame {
    var single = format
    single.frameCount = 1
    return try NativeFrames(
      values: source, format: single,
      location: Element.Location(offset: 0, length: source.size), isBigEndian: false,
      swapsPairs: false
    ).frame(0)
  }

  private func joined(_ ranges: [Element.Location], _ total: Int) throws(FrameError) -> [UInt8] {
    try Samples.array(total) { buffer throws(FrameError) in
      try reading { () throws(DICOMError) in try values.read(ranges, into: buffer) }
    }
  }

  private func reading<Value>(_ body: () throws(DICOMError) -> Value) throws(FrameError) -> Value {
    do throws(DICOMError) {
      return try body()
    } catch {
      throw .file(error)
    }
  }
}

/// How a transfer syntax compresses its frames.
enum CompressionKind {
  /// Fragments of uncompressed frames (PS3.5 A.4.11).
  case none
  case runLength
  /// JPEG, JPEG-LS, JPEG 2000: the bytes tell which.
  case codestream
  /// Each frame is a raw deflate stream (PS3.5 A.4.13).
  case deflated
  case video
  case unknown

  init(_ syntax: TransferSyntax) {
    let root = "1.2.840.10008.1.2."
    guard syntax.uid.hasPrefix(root) else {
      self = .unknown
      return
    }
    switch syntax.uid.dropFirst(root.count) {
    case "1.98": self = .none
    case "5": self = .runLength
    case "8.1": self = .deflated
    default:
      let parts = syntax.uid.dropFirst(root.count).split(separator: ".")
      guard parts.count >= 2, parts[0] == "4", let number = Int(parts[1]) else {
        self = .unknown
        return
      }
      switch number {
      case 50...70, 80, 81, 90...93, 201, 202, 203: self = .codestream
      case 100...108: self = .video
      default: self = .unknown
      }
    }
  }
}
