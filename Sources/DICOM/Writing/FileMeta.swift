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

  /// That of a file that was read, where it still says the truth.
  static func kept(_ meta: DataSet, for dataSet: DataSet, _ syntax: TransferSyntax) -> DataSet {
    var meta = meta
    func correct(_ tag: Tag, _ value: String?) {
      guard let value, !value.isEmpty, meta.string(tag) != value else { return }
      meta.set(tag, .ui, value)
    }
    correct(.transferSyntaxUID, syntax.uid)
    correct(.mediaStorageSOPClassUID, dataSet.string(.sopClassUID))
    correct(.mediaStorageSOPInstanceUID, dataSet.string(.sopInstanceUID))
    if meta[.fileMetaGroupLength] == nil { meta.set(.fileMetaGroupLength, .ul, ints: [0]) }
    return meta
  }
}
