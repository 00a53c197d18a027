public import DICOM

extension StudyGrouping {
  static func summary(_ instance: ScannedInstance) -> StudySummary {
    StudySummary(
      studyInstanceUID: instance.studyInstanceUID, patientName: instance.patientName,
      patientID: instance.patientID, patientBirthDate: instance.patientBirthDate,
      patientSex: instance.patientSex, accessionNumber: instance.accessionNumber,
      studyDate: instance.studyDate, studyTime: instance.studyTime,
      studyDescription: instance.studyDescription, bodyPart: instance.bodyPart,
      modality: instance.modality)
  }

  /// Fills what earlier instances left empty. An image's modality wins over that of documents and
  /// presentation states, which only accompany it.
  static func complete(_ study: inout StudySummary, from instance: ScannedInstance) {
    func fill(_ field: WritableKeyPath<StudySummary, String>, _ value: String) {
      if study[keyPath: field].isEmpty { study[keyPath: field] = value }
    }
    fill(\.patientName, instance.patientName)
    fill(\.patientID, instance.patientID)
    fill(\.patientBirthDate, instance.patientBirthDate)
    fill(\.patientSex, instance.patientSex)
    fill(\.accessionNumber, instance.accessionNumber)
    fill(\.studyDate, instance.studyDate)
    fill(\.studyTime, instance.studyTime)
    fill(\.studyDescription, instance.studyDescription)
    fill(\.bodyPart, instance.bodyPart)
    let accompanying: Set<String> = ["", "SR", "PR", "KO", "DOC", "SEG", "REG", "OT"]
    if accompanying.contains(study.modality) && !accompanying.contains(instance.modality)
      || study.modality.isEmpty
    {
      study.modality = instance.modality
    }
  }
}

extension DraftFile {
  /// What the scan read of a file.
  public init(_ instance: ScannedInstance) {
    self.init(
      path: instance.path, byteCount: instance.byteCount, modifiedAt: instance.modifiedAt,
      inode: instance.inode, sopInstanceUID: instance.sopInstanceUID,
      sopClassUID: instance.sopClassUID, seriesInstanceUID: instance.seriesInstanceUID,
      transferSyntaxUID: instance.transferSyntaxUID, instanceNumber: instance.instanceNumber)
  }
}
