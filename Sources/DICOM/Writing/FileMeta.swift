/// File meta information (DICOM PS3.10 section 7.1).
enum FileMeta {
  /// New file meta information for a data set.
  static func make(for dataSet: DataSet, _ syntax: TransferSyntax) throws(DICOMError) -> DataSet {
    guard let sopClass = dataSet.string(.sopClassUID), UID.isValid(sopClass) else {
      throw .unwritable(tag: .sopClassUID, problem: "it needs a SOP Class UID")
    }
    guard let instance = dataSet.string(.sopInstanceUID), UID.isValid(instance) else {
      throw .unwritable(tag: .sopInstanceUID, problem: "it needs a SOP Instance UID")
    }
    var meta = DataSet()
    meta.set(.fileMetaGroupLength, .ul, ints: [0])
    meta.set(.fileMetaVersion, .ob, bytes: [0, 1])
    meta.set(.mediaStorageSOPClassUID, .ui, sopClass)
    meta.set(.mediaStorageSOPInstanceUID, .ui, instance)
    meta.set(.transferSyntaxUID, .ui, syntax.uid)
    meta.set(.implementationClassUID, .ui, DICOMWriter.implementationClassUID)
    meta.set(.implementationVersionName, .sh, DICOMWriter.implementationVersionName)
    return meta
  }

  /// That of a file that was read, with what has changed since.
  static func kept(_ file: DICOMFile, _ syntax: TransferSyntax) -> DataSet {
    var meta = file.meta
    if meta.string(.transferSyntaxUID) != syntax.uid {
      meta.set(.transferSyntaxUID, .ui, syntax.uid)
    }
    let pairs: [(Tag, Tag)] = [
      (.sopClassUID, .mediaStorageSOPClassUID), (.sopInstanceUID, .mediaStorageSOPInstanceUID),
    ]
    for ((own, said), before) in zip(pairs, file.readIdentity) {
      guard let value = file.dataSet.string(own), !value.isEmpty, value != before else { continue }
      meta.set(said, .ui, value)
    }
    if meta[.fileMetaGroupLength] == nil { meta.set(.fileMetaGroupLength, .ul, ints: [0]) }
    return meta
  }
}
