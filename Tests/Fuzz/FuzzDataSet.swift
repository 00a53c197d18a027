import DICOM

/// libFuzzer: whole files, as every reader of the module sees them. What reads without a problem
/// must also come back the same after it was written.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDataSet(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = FuzzInput.bytes(data, size)
  var options = ReadOptions()
  // So that a run does not spend its time on filling memory.
  options.maximumInflatedBytes = 1 << 20
  do throws(DICOMError) {
    let file = try DICOMFile.read(bytes: bytes, options: options)
    readValues(file.dataSet)
    // One of those that only go through what was read: they take most of the time.
    switch bytes.count % 8 {
    case 0: _ = DataSetTree().rows(file)
    case 1: _ = Validator.findings(file)
    case 2: _ = try? DICOMJSON.data(of: DICOMJSON(file.dataSet) { _ in "x" })
    case 3...5: if file.problem == nil { try writeAndReadAgain(file, options) }
    default: break
    }
  } catch {
    precondition(!error.description.isEmpty)
  }
  // What a scan reads of it, with code of its own.
  _ = try? ScannedInstance.read(bytes: bytes)
  return 0
}

private func readValues(_ set: DataSet) {
  for element in set.elements {
    _ = set.values(element.tag)
    _ = set.ints(element.tag)
    _ = set.doubles(element.tag)
    _ = set.tags(element.tag)
    _ = set.date(element.tag)
    _ = set.time(element.tag)
    for item in element.items { readValues(item) }
  }
}

private func writeAndReadAgain(_ file: DICOMFile, _ options: ReadOptions) throws(DICOMError) {
  // Files without identifiers, or with values that were left out, are not written.
  guard let written = try? DICOMWriter.bytes(file) else { return }
  let again = try DICOMFile.read(bytes: written, options: options)
  precondition(again.problem == nil, "what was written is damaged")
  let before = file.dataSet.elements.filter { $0.tag.group != 0 && $0.tag.group != 2 }
  precondition(before.map(\.tag) == again.dataSet.elements.map(\.tag), "an element was lost")
}
