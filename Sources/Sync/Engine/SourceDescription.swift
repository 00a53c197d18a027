import DICOM
public import Domain

/// What a source file holds now, read anew after it changed.
public struct SourceDescription: Sendable, Equatable {
  public var file: DraftFile
  /// To make sure that the file still belongs to the study (and patient) that was queued.
  public var studyInstanceUID: String
  public var patientID: String

  public init(file: DraftFile, studyInstanceUID: String, patientID: String) {
    self.file = file
    self.studyInstanceUID = studyInstanceUID
    self.patientID = patientID
  }

  /// Reads the header of a DICOM file.
  /// - Throws: ``DICOM/DICOMError``.
  public static func read(path: String) throws -> SourceDescription {
    let found = try ScannedInstance.read(path: path)
    return SourceDescription(
      file: DraftFile(
        path: path, byteCount: found.byteCount, modifiedAt: found.modifiedAt, inode: found.inode,
        sopInstanceUID: found.sopInstanceUID, sopClassUID: found.sopClassUID,
        seriesInstanceUID: found.seriesInstanceUID, transferSyntaxUID: found.transferSyntaxUID,
        instanceNumber: found.instanceNumber),
      studyInstanceUID: found.studyInstanceUID, patientID: found.patientID)
  }
}
