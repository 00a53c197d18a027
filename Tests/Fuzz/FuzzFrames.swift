import DICOM
import Imaging

/// libFuzzer: whole files with their images. Attributes, palettes, lookup tables, overlays, fragments
/// and their tables, RLE and deflate are read here; the codecs are not, they run in a process of
/// their own.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFrames(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = FuzzInput.bytes(data, size)
  var limits = FrameLimits()
  // So that a run does not spend its time on filling memory with zeros.
  limits.maximumFrameBytes = 1 << 18
  do throws(FrameError) {
    let reader = try FrameReader(
      bytes: bytes, name: "fuzz", limits: limits, decoders: FuzzDecoders.none)
    for index in 0..<min(3, reader.frameCount) {
      let frame = try reader.frame(index)
      precondition(frame.pixels.count == frame.columns * frame.rows * frame.samplesPerPixel)
      if let palette = frame.palette, let value = frame.pixels.value(at: 0) {
        _ = palette.rgb8(Int(value))
      }
      if bytes.count % 4 == 0 { show(frame, index, reader) }
    }
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}

/// From stored values to a picture with its geometry, as the viewer does.
private func show(_ frame: Frame, _ index: Int, _ reader: FrameReader) {
  let parameters = DisplayParameters(reader, frame: index)
  var renderer = FrameRenderer()
  for voi in [parameters.initialView(of: frame), parameters.fittingView(of: frame)] {
    let image = renderer.render(frame, parameters, voi: voi, isInverted: false, overlays: true)
    precondition(image.width == frame.columns && image.height == frame.rows)
  }
  let set = reader.file.dataSet
  let scale = ImageScale(dataSet: set, frame: index)
  let far = ImagePoint(x: Double(frame.columns), y: Double(frame.rows))
  _ = ImageMeasurement.distance(ImagePoint(x: 0, y: 0), far, scale: scale).text
  _ = OrientationLetters(dataSet: set, frame: index)
  if let plane = ImagePlane(dataSet: set, frame: index) { _ = plane.depth }
}

private enum FuzzDecoders {
  /// A program that is not there: what would be sent to the decoder ends as an error.
  static let none = DecoderPool(size: 1, executable: "/nonexistent/decoder")
}
