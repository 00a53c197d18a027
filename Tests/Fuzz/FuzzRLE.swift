#if canImport(Imaging)
  import Imaging
#endif

/// libFuzzer: RLE data as a file may hold it. The first two bytes say what image is expected.
///
/// Needs no more than Sources/Imaging/Decoding/RLE.swift, compiled together with this file with
/// `-sanitize=fuzzer,address -parse-as-library`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRLE(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  guard let data, size > 2 else { return 0 }
  let planes = 1 + Int(data[0] % 15)
  let bytes = 1 + Int(data[1]) * 7
  // A copy of exact size: the sanitizer sees every read beyond it.
  let input = Array(UnsafeBufferPointer(start: data + 2, count: size - 2))
  input.withUnsafeBytes { raw in
    do throws(RLE.Problem) {
      let result = try RLE.planes(raw, planes: planes, planeBytes: bytes)
      precondition(result.count == planes * bytes)
    } catch {
      precondition(!error.words.isEmpty)
    }
  }
  return 0
}
