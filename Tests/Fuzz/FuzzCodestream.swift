import Imaging

/// libFuzzer: what is read of JPEG, JPEG-LS, JPEG 2000 and JP2 before the decoder process sees it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCodestream(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = FuzzInput.bytes(data, size)
  bytes.withUnsafeBytes { raw in
    do throws(CodestreamProblem) {
      let header = try CodestreamHeader(raw)
      precondition(header.columns > 0 && header.rows > 0 && header.components > 0)
      precondition(header.start >= 0 && header.length > 0)
      precondition(header.start + header.length <= size)
    } catch {
      precondition(!error.words.isEmpty)
    }
  }
  return 0
}
