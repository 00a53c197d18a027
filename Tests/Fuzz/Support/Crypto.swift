// Compiled as the module `Crypto`, which the sources of DICOM and Imaging import: no parser makes a
// digest, and BoringSSL would take minutes to build with the sanitizers.

public struct SHA256 {
  public init() {}
  public mutating func update(data: some Sequence<UInt8>) {}
  public func finalize() -> [UInt8] { [UInt8](repeating: 0, count: 32) }
}
