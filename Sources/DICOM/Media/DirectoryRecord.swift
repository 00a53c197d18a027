/// One record of a DICOMDIR (DICOM PS3.3 F.3.2.2): a patient, study, series, image …
public struct DirectoryRecord: Sendable {
  /// `PATIENT`, `STUDY`, `SERIES`, `IMAGE` …
  public var type: String
  /// The record's attributes.
  public var dataSet: DataSet
  /// The components of Referenced File ID (0004,1500); empty when the record names no file.
  public var fileID: [String]
  public var children: [DirectoryRecord]

  /// SOP Instance UID of the named file (0004,1511); empty when the record does not say.
  public var sopInstanceUID: String {
    dataSet.string(Tag(0x0004, 0x1511)) ?? ""
  }

  init(_ dataSet: DataSet, children: [DirectoryRecord] = []) {
    type = dataSet.string(Tag(0x0004, 0x1430)) ?? ""
    self.dataSet = dataSet
    fileID = (dataSet.strings(Tag(0x0004, 0x1500)) ?? []).map { DataSet.trimmed($0) }
    if fileID == [""] { fileID = [] }
    self.children = children
  }

  /// Calls `body` for this record and all below it.
  public func visit(_ body: (DirectoryRecord) -> Void) {
    body(self)
    for child in children { child.visit(body) }
  }
}
