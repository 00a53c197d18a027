import DICOM

/// libFuzzer: ZIP archives, their directories and all entries. What an entry gives is what its
/// directory claims, byte for byte counted.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzZip(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = FuzzInput.bytes(data, size)
  var limits = ZipLimits()
  limits.maximumEntries = 1_000
  do throws(DICOMError) {
    let archive = try ZipArchive(bytes: bytes, limits: limits)
    precondition(archive.entries.count <= limits.maximumEntries)
    for entry in archive.entries.prefix(32) {
      do throws(DICOMError) {
        let content = try archive.read(entry, limit: 1 << 20)
        precondition(entry.objection == nil, "an entry with an objection was read")
        precondition(content.count == entry.size)
        precondition(!entry.name.split(separator: "/").contains(".."))
        _ = try? ScannedInstance.read(bytes: content)
      } catch {
        precondition(!error.description.isEmpty)
      }
    }
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}
