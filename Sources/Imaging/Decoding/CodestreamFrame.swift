import CDecoder
import DICOM

/// One frame that the decoder process decodes.
struct CodestreamFrame {
  let values: ValueSource
  let format: PixelFormat
  let ranges: [Element.Location]
  /// Bytes of the ranges together.
  let total: Int
  let index: Int
  let decoders: DecoderPool

  private var file: String { values.name }

  func decoded() throws(FrameError) -> Frame {
    guard format.numbers == .integers,
      format.sampleCount * format.bytesPerSample <= Int(RR_DECODER_OUTPUT_BYTES)
    else { throw .unsupported(file: file, problem: "its samples cannot be compressed like this") }
    // A process that was ended while nobody used it is replaced.
    for _ in 0..<2 {
      let frame = try decoders.withProcess { process, threads throws(FrameError) in
        try decode(with: process, threads: threads)
      }
      if let frame { return frame }
    }
    throw .decoderLost(file: file, frame: index, reason: "the decoder ends as soon as it starts")
  }

  /// Nil when the process did not take the request.
  private func decode(with process: DecoderProcess, threads: Int) throws(FrameError) -> Frame? {
    let input = UnsafeMutableRawBufferPointer(rebasing: process.input[..<total])
    do throws(DICOMError) {
      try values.read(ranges, into: input)
    } catch {
      throw .file(error)
    }
    let header: CodestreamHeader
    do throws(CodestreamProblem) {
      header = try CodestreamHeader(UnsafeRawBufferPointer(input))
      try header.check(format)
    } catch {
      throw .damaged(file: file, frame: index, problem: error.words)
    }
    if header.start > 0 {
      input.copyMemory(
        from: UnsafeRawBufferPointer(
          rebasing: input[header.start..<header.start + header.length]))
    }
    let bytes = format.sampleCount * format.bytesPerSample
    defer { process.trim(input: total, output: bytes) }
    switch process.decode(request(header, threads: threads)) {
    case .notSent: return nil
    case .lost(let reason): throw .decoderLost(file: file, frame: index, reason: reason)
    case .reply(let reply):
      try check(reply)
      let samples = UnsafeRawBufferPointer(rebasing: process.output[..<bytes])
      var frame = try Frame(
        format, photometric: photometric(header), pixels: pixels(samples, header), file: file,
        index)
      if reply.corrupt_places > 0 {
        frame.warning = "the codec noticed corrupt data in frame \(index + 1)"
      }
      return frame
    }
  }

  private func request(_ header: CodestreamHeader, threads: Int) -> rr_decode_request {
    var request = rr_decode_request()
    request.codec =
      switch header.codec {
      case .jpeg: UInt32(RR_CODEC_JPEG)
      case .jpegLS: UInt32(RR_CODEC_JPEG_LS)
      case .jpeg2000: UInt32(RR_CODEC_JPEG_2000)
      }
    request.columns = UInt32(format.columns)
    request.rows = UInt32(format.rows)
    request.samples = UInt32(format.samplesPerPixel)
    request.precision = UInt32(header.precision)
    request.is_lossless = header.isLossless ? 1 : 0
    request.sample_bytes = UInt32(format.bytesPerSample)
    request.threads = UInt32(min(threads, 4))
    request.input_bytes = UInt64(header.length)
    return request
  }

  private func check(_ reply: rr_decode_reply) throws(FrameError) {
    let status = Int(reply.status)
    if status == Int(RR_DECODE_DONE) { return }
    // Printable ASCII only: the words come from outside of this process.
    let words = withUnsafeBytes(of: reply.message) { bytes in
      String(
        decoding: bytes.prefix { $0 != 0 }.filter { (0x20...0x7E).contains($0) }, as: UTF8.self)
    }
    switch status {
    case Int(RR_DECODE_NO_MEMORY): throw .limit(file: file, problem: words)
    case Int(RR_DECODE_UNSUPPORTED): throw .unsupported(file: file, problem: words)
    default: throw .damaged(file: file, frame: index, problem: words)
    }
  }

  /// What the decoded samples mean.
  private func photometric(_ header: CodestreamHeader) -> PhotometricInterpretation {
    guard format.samplesPerPixel == 3 else { return format.photometric }
    // What lies in the codestream is nearer to the truth than what was written beside it.
    if let isYBR = header.isLuminanceChrominance { return isYBR ? .ybrFull : .rgb }
    switch format.photometric {
    case .rgb, .ybrICT, .ybrRCT: return .rgb
    default: return .ybrFull
    }
  }

  /// The bits of a decoded sample that carry its value and sign.
  private func bits(_ header: CodestreamHeader) -> Int {
    switch header.codec {
    case .jpeg: format.bitsStored
    // JPEG-LS does not know signs: a number is signed at the precision of the codestream.
    case .jpegLS:
      format.isSigned ? min(header.precision, format.bitsStored) : format.bitsStored
    case .jpeg2000:
      header.isSigned != format.isSigned
        ? min(header.precision, format.bitsStored) : format.bitsStored
    }
  }

  private func pixels(_ samples: UnsafeRawBufferPointer, _ header: CodestreamHeader) -> PixelBuffer
  {
    let bits = bits(header)
    switch (format.bytesPerSample, format.isSigned) {
    case (1, true): return .int16(Samples.signed(Array(samples), bits: bits))
    case (1, false): return integers(samples, bits, UInt8.self)
    case (2, true): return integers(samples, bits, Int16.self)
    case (2, false): return integers(samples, bits, UInt16.self)
    case (_, true): return integers(samples, bits, Int32.self)
    case (_, false): return integers(samples, bits, UInt32.self)
    }
  }

  private func integers<Value: FixedWidthInteger & PixelValue>(
    _ samples: UnsafeRawBufferPointer, _ bits: Int, _: Value.Type
  ) -> PixelBuffer {
    var values: [Value] = Samples.array(format.sampleCount) { $0.copyMemory(from: samples) }
    Samples.normalise(&values, bitsStored: bits, highBit: bits - 1)
    return Value.buffer(values)
  }
}
