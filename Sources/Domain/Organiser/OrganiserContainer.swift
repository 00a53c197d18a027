public import DICOM

/// A file that the organiser can move.
public struct OrganiserInstance: Sendable, Equatable {
  public var file: DraftFile
  /// What the file says.
  public var found: StudyIdentity
  public var modality: String
  public var seriesNumber: Int?
  public var seriesDescription: String
  /// Why it cannot be moved, in words; nil when it can.
  public var problem: String?

  /// - Parameter header: nil when the file could not be read.
  public init(_ file: DraftFile, of study: StudySummary, header: ScannedInstance?) {
    self.file = file
    found = header.map { StudyIdentity($0) } ?? StudyIdentity(study)
    modality = header?.modality ?? study.modality
    seriesNumber = header?.seriesNumber
    seriesDescription = header?.seriesDescription ?? ""
    if header == nil { problem = "its header cannot be read here: it stays where it is" }
  }
}

/// A study to be sent, and the instances that go into it.
public struct OrganiserContainer: Sendable, Equatable, Identifiable {
  /// Its place in the list; it never changes.
  public let id: Int
  /// What its instances say when they go out, as far as it differs from what they say now.
  public internal(set) var identity: StudyIdentity
  /// The Study Instance UID of the files that the identity was taken from.
  public internal(set) var origin: String
  /// Set by a person: holds for the container's own files, too.
  public internal(set) var edited: Set<IdentityField> = []
  /// False for one that waits for its first file.
  public internal(set) var hasIdentity: Bool
  /// Places in ``Organiser/instances``.
  public internal(set) var members = RangeSet<Int>()
  public internal(set) var override: Override?

  /// Why files of several patients go out as one study all the same.
  public struct Override: Sendable, Equatable {
    public var reason: String
    /// The patients whom the reason was given for: it holds for no others.
    public var patients: Set<PatientOfStudy>
    public var birthDates: Set<String>
  }

  public var count: Int { members.ranges.reduce(0) { $0 + $1.count } }
  public var isEmpty: Bool { members.ranges.isEmpty }
}
