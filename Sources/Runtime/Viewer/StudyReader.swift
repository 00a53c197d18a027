import DICOM
import Domain
import Foundation
import Imaging
import Workstation

/// The studies among some files, and where each image's bytes are. Files keep their numbers while
/// more of them are found.
struct StudyReader {
  private(set) var files: [FileReference] = []
  private var numbers: [FileReference: Int] = [:]
  private var index = StudyIndex()
  private var skipped: [ScanSkip] = []
  /// Files of several frames, whose places stand in functional groups: read once.
  private var distances: [FileReference: [Double?]] = [:]

  /// Enhanced files whose functional groups are read when a study is opened.
  private static let maximumEnhanced = 64

  /// Takes what a scan found.
  mutating func add(_ event: ScanEvent) {
    for instance in event.instances { add(instance) }
    for skip in event.skipped {
      // A file that is cut off has a place in its stack, where it says so.
      if let damaged = Self.damaged(skip) { add(damaged) } else { skipped.append(skip) }
    }
  }

  private mutating func add(_ instance: ScannedInstance) {
    index.add(instance)
    if instance.frames > 1, instance.normal == nil, distances.count < Self.maximumEnhanced {
      let file = FileReference(path: instance.path, entry: instance.archiveEntry)
      distances[file] = Self.distances(file, frames: instance.frames)
    }
  }

  /// The studies so far; only their images.
  mutating func studies() -> [ViewerStudy] {
    var notes: [String] = []
    if let first = skipped.first {
      let name = (first.path as NSString).lastPathComponent
      notes.append(
        skipped.count == 1
          ? "Left out: \(name): \(first.reason)"
          : "\(Self.count(skipped.count, "file")) left out, the first: \(name): \(first.reason)")
    }
    var studies: [ViewerStudy] = []
    for study in index.studies() {
      let series = study.series.compactMap { viewerSeries($0) }
      guard !series.isEmpty else { continue }
      studies.append(
        ViewerStudy(
          summary: Self.summary(study), series: series,
          notes: study.notes.compactMap(Self.words) + notes))
    }
    return studies
  }

  /// Files that no study has, and why, for a person who sees nothing else.
  var reasons: [String] {
    skipped.prefix(3).map { "\($0.path): \($0.reason)" }
  }

  private mutating func viewerSeries(_ series: IndexedSeries) -> ViewerSeries? {
    var images: [ViewerImage] = []
    for instance in series.instances where instance.frames > 0 || instance.rows > 0 {
      let file = FileReference(path: instance.path, entry: instance.archiveEntry)
      let number = numbers[file] ?? files.count
      if number == files.count {
        files.append(file)
        numbers[file] = number
      }
      let places = distances[file] ?? []
      let count = max(1, min(instance.frames, FrameLimits.standard.maximumFrames))
      for frame in Self.order(of: places, count: count) {
        let own = places.indices.contains(frame) ? places[frame] : nil
        images.append(
          ViewerImage(
            file: number, frame: frame, number: instance.number,
            distance: instance.frames > 1 ? own : instance.distance))
      }
    }
    guard !images.isEmpty else { return nil }
    return ViewerSeries(
      uid: series.seriesInstanceUID, number: series.number, description: series.description,
      modality: series.modality, images: images, notes: series.notes.map(Self.words))
  }

  // MARK: Damaged files

  /// What the header of a file that a scan refused says; nil when it is no image of a study.
  private static func damaged(_ skip: ScanSkip) -> ScannedInstance? {
    guard !skip.path.contains("!"), let opened = try? OpenedFile(path: skip.path) else {
      return nil
    }
    let dataSet = opened.file.dataSet
    guard let uid = dataSet.string(.sopInstanceUID), !uid.isEmpty, dataSet.int(.rows) != nil else {
      return nil
    }
    var instance = ScannedInstance(path: skip.path, byteCount: Int64(opened.file.size))
    func text(_ tag: Tag) -> String { dataSet.string(tag) ?? "" }
    instance.sopInstanceUID = uid
    instance.sopClassUID = text(.sopClassUID)
    instance.transferSyntaxUID = opened.file.transferSyntax.uid
    instance.studyInstanceUID = text(.studyInstanceUID)
    instance.seriesInstanceUID = text(.seriesInstanceUID)
    instance.seriesNumber = dataSet.int(.seriesNumber)
    instance.instanceNumber = dataSet.int(.instanceNumber)
    instance.patientName = text(.patientName)
    instance.patientID = text(.patientID)
    instance.patientBirthDate = dataSet.date(.patientBirthDate) ?? ""
    instance.patientSex = text(.patientSex)
    instance.accessionNumber = text(.accessionNumber)
    instance.studyDate = dataSet.date(.studyDate) ?? ""
    instance.studyTime = dataSet.time(.studyTime) ?? ""
    instance.studyDescription = text(.studyDescription)
    instance.seriesDescription = text(.seriesDescription)
    instance.modality = text(.modality)
    instance.rows = dataSet.int(.rows) ?? 0
    instance.columns = dataSet.int(.columns) ?? 0
    instance.frames = max(1, min(dataSet.int(.numberOfFrames) ?? 1, 1_000))
    if let plane = ImagePlane(dataSet: dataSet, frame: 0) {
      instance.position = plane.position
      instance.normal = plane.normal
    }
    return instance
  }

  /// The frames of a file by their places, as slices in files of their own are sorted. Several at one
  /// place, such as the phases of a heart, are stacks one after another; in the file's order where a
  /// place is not known.
  static func order(of places: [Double?], count: Int) -> [Int] {
    let known = places.prefix(count).compactMap { $0 }
    guard known.count == count else { return Array(0..<count) }
    var seen: [Double: Int] = [:]
    var keys: [(stack: Int, place: Double)] = []
    for place in known {
      // What differs by less than a micrometre was rounded.
      let rounded = (place * 1_000).rounded()
      keys.append((seen[rounded, default: 0], place))
      seen[rounded, default: 0] += 1
    }
    return (0..<count).sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] < keys[$1] }
  }

  /// The places of an enhanced file's frames along their normal, where all have one normal.
  private static func distances(_ file: FileReference, frames: Int) -> [Double?] {
    guard let dataSet = try? file.opened().file.dataSet,
      let first = ImagePlane(dataSet: dataSet, frame: 0)
    else { return [] }
    return (0..<min(frames, 10_000)).map { frame in
      guard let plane = ImagePlane(dataSet: dataSet, frame: frame),
        plane.normal.dot(first.normal) > 0.999
      else { return nil }
      return plane.depth
    }
  }
}

extension StudyReader {
  private static func summary(_ study: IndexedStudy) -> StudySummary {
    StudySummary(
      studyInstanceUID: study.studyInstanceUID, patientName: study.patientName,
      patientID: study.patientID, patientBirthDate: study.patientBirthDate,
      patientSex: study.patientSex, accessionNumber: study.accessionNumber,
      studyDate: study.studyDate, studyTime: study.studyTime,
      studyDescription: study.studyDescription, bodyPart: study.bodyPart,
      modality: study.modality, seriesCount: study.series.count,
      instanceCount: study.instanceCount)
  }

  private static func words(_ note: StudyNote) -> String? {
    switch note {
    case .noStudyUID: "no Study Instance UID: check that these images belong together"
    case .mixedPatients(let patients):
      "DIFFERENT PATIENTS in one study: "
        + patients.prefix(3).map { "\($0.name.isEmpty ? "?" : $0.name) (\($0.id))" }
        .joined(separator: ", ")
    case .duplicates(let counts):
      counts.different + counts.unknown > 0
        ? "\(count(counts.total, "file")) with a repeated identifier left out" : nil
    case .warning(let text, let files): files == 1 ? text : "\(count(files, "file")): \(text)"
    }
  }

  private static func words(_ note: SeriesNote) -> String {
    switch note {
    case .noSeriesUID: "no Series Instance UID"
    case .missingNumbers(let count, let first, let last):
      "\(self.count(count, "image")) missing between \(first) and \(last)"
    case .missingSlices(let count, _, _): "\(self.count(count, "slice")) missing"
    }
  }

  static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}
