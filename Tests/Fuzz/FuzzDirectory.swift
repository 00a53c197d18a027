import DICOM
import Foundation

/// libFuzzer: DICOMDIR files. They lie, so to say, in the folder that `FUZZ_MEDIA` names; whatever
/// they say, nothing outside of it is found.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDirectory(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = FuzzInput.bytes(data, size)
  do throws(DICOMError) {
    let file = try DICOMFile.read(bytes: bytes, name: FuzzMedia.root + "/DICOMDIR")
    let directory = try MediaDirectory(file)
    var records = 0
    for record in directory.records {
      record.visit { record in
        records += 1
        _ = record.sopInstanceUID
      }
    }
    let items = file.dataSet.items(Tag(0x0004, 0x1220)).count
    precondition(records <= items, "a record stands twice in the tree")
    for reference in directory.references() {
      precondition((reference.path == nil) == (reference.problem != nil))
      if let path = reference.path {
        // Links are followed before anything is compared.
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        precondition(real.hasPrefix(FuzzMedia.root + "/"), "a file outside of the medium")
      }
    }
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}

private enum FuzzMedia {
  static let root = ProcessInfo.processInfo.environment["FUZZ_MEDIA"] ?? "/nonexistent"
}
