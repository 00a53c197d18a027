import DICOM

/// The lines of `radrelay dicom scan --json`. `kind` tells them apart.
enum ScanRow {
  struct Study: Encodable {
    let kind = "study"
    let studyInstanceUID: String
    let patientName: String
    let patientID: String
    let patientBirthDate: String
    let patientSex: String
    let accessionNumber: String
    let studyDate: String
    let studyTime: String
    let studyDescription: String
    let modalities: [String]
    let instances: Int
    let bytes: Int64
    let notes: [String]
    let series: [Series]

    enum CodingKeys: String, CodingKey {
      case kind, modalities, instances, bytes, notes, series
      case studyInstanceUID = "study_instance_uid"
      case patientName = "patient_name"
      case patientID = "patient_id"
      case patientBirthDate = "patient_birth_date"
      case patientSex = "patient_sex"
      case accessionNumber = "accession_number"
      case studyDate = "study_date"
      case studyTime = "study_time"
      case studyDescription = "study_description"
    }

    init(_ study: IndexedStudy, files: Bool) {
      studyInstanceUID = study.studyInstanceUID
      patientName = study.patientName
      patientID = study.patientID
      patientBirthDate = study.patientBirthDate
      patientSex = study.patientSex
      accessionNumber = study.accessionNumber
      studyDate = study.studyDate
      studyTime = study.studyTime
      studyDescription = study.studyDescription
      modalities = study.modalities
      instances = study.instanceCount
      bytes = study.byteCount
      notes = study.notes.map(\.words)
      series = study.series.map { Series($0, files: files) }
    }
  }

  struct Series: Encodable {
    let seriesInstanceUID: String
    let number: Int?
    let description: String
    let modality: String
    let instances: Int
    let frames: Int
    let bytes: Int64
    let isSortedByPosition: Bool
    let notes: [String]
    /// Only when every file is to be named.
    let files: [File]?

    enum CodingKeys: String, CodingKey {
      case number, description, modality, instances, frames, bytes, notes, files
      case seriesInstanceUID = "series_instance_uid"
      case isSortedByPosition = "sorted_by_position"
    }

    init(_ series: IndexedSeries, files: Bool) {
      seriesInstanceUID = series.seriesInstanceUID
      number = series.number
      description = series.description
      modality = series.modality
      instances = series.instances.count
      frames = series.frameCount
      bytes = series.byteCount
      isSortedByPosition = series.isSortedByPosition
      notes = series.notes.map { $0.words(of: series) }
      self.files = files ? series.instances.map { File($0) } : nil
    }
  }

  struct File: Encodable {
    let path: String
    let archiveEntry: String?
    let sopInstanceUID: String
    let sopClassUID: String
    let transferSyntaxUID: String
    let number: Int?
    let distance: Double?
    let bytes: Int64

    enum CodingKeys: String, CodingKey {
      case path, bytes
      case archiveEntry = "archive_entry"
      case sopInstanceUID = "sop_instance_uid"
      case sopClassUID = "sop_class_uid"
      case transferSyntaxUID = "transfer_syntax_uid"
      case number = "instance_number"
      case distance = "position_mm"
    }

    init(_ instance: IndexedInstance) {
      path = instance.path
      archiveEntry = instance.archiveEntry
      sopInstanceUID = instance.sopInstanceUID
      sopClassUID = instance.sopClassUID
      transferSyntaxUID = instance.transferSyntaxUID
      number = instance.number
      distance = instance.distance
      bytes = instance.byteCount
    }
  }

  struct Skipped: Encodable {
    let kind = "skipped"
    let path: String
    let reason: String

    init(_ skip: ScanSkip) {
      path = skip.path
      reason = skip.reason
    }
  }

  struct Summary: Encodable {
    let kind = "summary"
    let studies: Int
    let folders: Int
    let files: Int
    let dicomFiles: Int
    let otherFiles: Int
    let archives: Int
    let skipped: Int
    let bytes: Int64
    let filesPerSecond: Double

    enum CodingKeys: String, CodingKey {
      case kind, studies, folders, files, archives, skipped, bytes
      case dicomFiles = "dicom_files"
      case otherFiles = "other_files"
      case filesPerSecond = "files_per_second"
    }

    init(_ last: ScanEvent, studies: Int) {
      self.studies = studies
      folders = last.counts.folders
      files = last.counts.files
      dicomFiles = last.counts.dicomFiles
      otherFiles = last.counts.otherFiles
      archives = last.counts.archives
      skipped = last.counts.skipped
      bytes = last.counts.bytes
      filesPerSecond = last.filesPerSecond.rounded()
    }
  }
}
