import Imaging

/// libFuzzer: RLE data as a file may hold it. The first two bytes say what image is expected.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRLE(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = FuzzInput.bytes(data, size)
  guard bytes.count > 2 else { return 0 }
  let planes = 1 + Int(bytes[0] % 15)
  let planeBytes = 1 + Int(bytes[1]) * 7
  // A copy of exact size: the sanitizer sees every read beyond it.
  let input = Array(bytes[2...])
  input.withUnsafeBytes { raw in
    do throws(RLE.Problem) {
      let result = try RLE.planes(raw, planes: planes, planeBytes: planeBytes)
      precondition(result.count == planes * planeBytes)
    } catch {
      precondition(!error.words.isEmpty)
    }
  }
  return 0
}
