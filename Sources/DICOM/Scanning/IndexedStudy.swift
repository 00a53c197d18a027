/// A study as a scan found it: series in order, instances in order, and what a person should know.
public struct IndexedStudy: Sendable, Equatable {
  /// The identifier by which the instances belong together: Study Instance UID, or what stands for
  /// it where the files have none.
  public var key: String
  /// Empty when the files have none.
  public var studyInstanceUID: String
  /// As stored: components by `^`, groups by `=`.
  public var patientName: String
  public var patientID: String
  /// Dates as YYYYMMDD and times as HHMMSS, or empty.
  public var patientBirthDate: String
  public var patientSex: String
  public var accessionNumber: String
  public var studyDate: String
  public var studyTime: String
  public var studyDescription: String
  public var bodyPart: String
  /// That of the images; documents and presentation states only accompany them.
  public var modality: String
  /// By number, then identifier.
  public var series: [IndexedSeries]
  public var notes: [StudyNote]
  /// Counts the changes of this study while a scan goes on.
  public var revision: Int

  public var instanceCount: Int { series.reduce(0) { $0 + $1.instances.count } }
  public var byteCount: Int64 { series.reduce(0) { $0 + $1.byteCount } }
  public var modalities: [String] {
    Set(series.map(\.modality)).subtracting([""]).sorted()
  }
}

/// A series of a study.
public struct IndexedSeries: Sendable, Equatable {
  /// Empty when the files have none.
  public var seriesInstanceUID: String
  public var number: Int?
  public var description: String
  public var modality: String
  public var bodyPart: String
  /// By position along the normal of the slices, then by instance number; by instance number alone
  /// where ``isSortedByPosition`` is false.
  public var instances: [IndexedInstance]
  /// True when every instance has a position and all have one orientation.
  public var isSortedByPosition: Bool
  public var notes: [SeriesNote]

  public var byteCount: Int64 { instances.reduce(0) { $0 + $1.byteCount } }
  /// Frames of all instances; documents have none.
  public var frameCount: Int { instances.reduce(0) { $0 + $1.frames } }
}

/// An instance of a series: where it is and what it is.
public struct IndexedInstance: Sendable, Equatable {
  /// Absolute path; of an instance in an archive that of the archive.
  public var path: String
  /// The name inside of the archive at ``path``; nil for a file of its own.
  public var archiveEntry: String?
  public var byteCount: Int64
  /// Modification time in nanoseconds since 1970, and inode.
  public var modifiedAt: Int64
  public var inode: UInt64
  public var sopInstanceUID: String
  public var sopClassUID: String
  public var transferSyntaxUID: String
  public var number: Int?
  /// 0 without an image.
  public var rows: Int
  public var columns: Int
  public var frames: Int
  /// Millimetres along the normal of the series' slices; nil where the file does not prove it.
  public var distance: Double?

  init(_ instance: ScannedInstance, distance: Double?) {
    path = instance.path
    archiveEntry = instance.archiveEntry
    byteCount = instance.byteCount
    modifiedAt = instance.modifiedAt
    inode = instance.inode
    sopInstanceUID = instance.sopInstanceUID
    sopClassUID = instance.sopClassUID
    transferSyntaxUID = instance.transferSyntaxUID
    number = instance.instanceNumber
    rows = instance.rows
    columns = instance.columns
    frames = instance.frames
    self.distance = distance
  }
}

/// What a person should know of a study before using or sending it.
public enum StudyNote: Sendable, Equatable {
  /// The files have no Study Instance UID: they were put together by patient id, date and modality.
  case noStudyUID
  /// Files of several patients name this study; at most the first ten.
  case mixedPatients([PatientOfStudy])
  /// Files that repeat a SOP Instance UID: the first path in order is used.
  case duplicates(DuplicateCounts)
  /// Files with something to say of themselves.
  case warning(String, files: Int)
}

/// A patient as files of one study name him.
public struct PatientOfStudy: Hashable, Sendable {
  public var id: String
  /// Readable, in upper case: spellings that differ in case or separators only are one name.
  public var name: String

  init(id: String, name: String) {
    self.id = id
    self.name = name
  }

  /// - Parameter storedName: as in a file: components by `^`, groups by `=`.
  public init(id: String, storedName: String) {
    self.init(id: id, name: StudyDraft.comparable(storedName))
  }
}

/// Files that repeat a SOP Instance UID.
public struct DuplicateCounts: Sendable, Equatable {
  /// With the same bytes.
  public var identical = 0
  /// With other bytes: one of the files is not what it says.
  public var different = 0
  /// Not compared.
  public var unknown = 0
  /// Paths of the files left out; at most the first hundred.
  public var paths: [String] = []

  public var total: Int { identical + different + unknown }
}

/// What a person should know of a series.
public enum SeriesNote: Sendable, Equatable {
  /// The files have no Series Instance UID.
  case noSeriesUID
  /// Instance numbers that are not there, between the first and the last.
  case missingNumbers(count: Int, first: Int, last: Int)
  /// Slices that are not there: a gap in otherwise even positions; millimetres along the normal.
  case missingSlices(count: Int, from: Double, to: Double)
}
