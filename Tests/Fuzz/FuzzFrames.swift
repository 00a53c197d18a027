import Imaging

/// libFuzzer: whole files. Attributes, palettes, fragments and their tables, RLE and deflate are
/// read here; the codecs are not, they run in a process of their own.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFrames(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  guard let data else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  var limits = FrameLimits()
  // So that a run does not spend its time on filling memory with zeros.
  limits.maximumFrameBytes = 1 << 20
  // A program that ends at once: what would be sent to the decoder ends as an error.
  let decoders = DecoderPool(size: 1, executable: "/nonexistent/decoder")
  do throws(FrameError) {
    let reader = try FrameReader(
      bytes: bytes, name: "fuzz", limits: limits, decoders: decoders)
    for index in 0..<min(3, reader.frameCount) {
      let frame = try reader.frame(index)
      precondition(frame.pixels.count == frame.columns * frame.rows * frame.samplesPerPixel)
      if let palette = frame.palette, let value = frame.pixels.value(at: 0) {
        _ = palette.rgb8(Int(value))
      }
    }
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}
