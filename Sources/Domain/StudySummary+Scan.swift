public import DICOM

extension StudySummary {
  /// What a scan read of a study.
  public init(_ found: IndexedStudy) {
    self.init(
      studyInstanceUID: found.studyInstanceUID, patientName: found.patientName,
      patientID: found.patientID, patientBirthDate: found.patientBirthDate,
      patientSex: found.patientSex, accessionNumber: found.accessionNumber,
      studyDate: found.studyDate, studyTime: found.studyTime,
      studyDescription: found.studyDescription, bodyPart: found.bodyPart,
      modality: found.modality, seriesCount: found.series.count,
      instanceCount: found.instanceCount)
  }
}

extension DraftFile {
  /// What a scan read of a file.
  public init(_ found: IndexedInstance, seriesInstanceUID: String) {
    self.init(
      path: found.path, archiveEntry: found.archiveEntry, byteCount: found.byteCount,
      modifiedAt: found.modifiedAt, inode: found.inode, sopInstanceUID: found.sopInstanceUID,
      sopClassUID: found.sopClassUID, seriesInstanceUID: seriesInstanceUID,
      transferSyntaxUID: found.transferSyntaxUID, instanceNumber: found.number,
      staging: found.archiveEntry == nil ? nil : .archive)
  }

  /// What a scan read of a single file.
  public init(_ found: ScannedInstance) {
    self.init(
      path: found.path, byteCount: found.byteCount, modifiedAt: found.modifiedAt,
      inode: found.inode, sopInstanceUID: found.sopInstanceUID, sopClassUID: found.sopClassUID,
      seriesInstanceUID: found.seriesInstanceUID, transferSyntaxUID: found.transferSyntaxUID,
      instanceNumber: found.instanceNumber)
  }
}
