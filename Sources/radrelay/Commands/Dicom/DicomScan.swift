import ArgumentParser
import DICOM
import Domain
import Foundation

/// `radrelay dicom scan DIR…`: which studies are there.
struct DicomScan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "List the studies and series in folders, archives and media.",
    discussion: """
      Files are recognised by their content. ZIP archives are looked into; a DICOMDIR is compared
      with what is there. Series are in order; duplicates, gaps, mixed patients and missing
      identifiers are named. Exit status 6 when something was left out, 8 when there is no DICOM.
      """)

  @Flag(help: "One JSON object a line: studies, then skipped files, then a summary.")
  var json = false

  @Flag(help: "Name every file.")
  var files = false

  @Argument(help: "Folders, files, archives, or a DICOMDIR.", completion: .directory)
  var paths: [String]

  func run() async throws {
    var index = StudyIndex()
    var skipped: [ScanSkip] = []
    var last = ScanEvent()
    let showsProgress = isatty(STDERR_FILENO) == 1
    for await event in Scanner.scan(roots: paths.map(Paths.absolute)) {
      for instance in event.instances { index.add(instance) }
      skipped += event.skipped
      last = event
      if showsProgress { Self.show(event) }
    }
    if showsProgress { StandardStream.write(Data("\r\u{1B}[K".utf8), to: STDERR_FILENO) }
    skipped.sort { $0.path < $1.path }
    let studies = index.studies()
    if json {
      try printJSON(studies, skipped, last)
    } else {
      printText(studies, skipped, last)
    }
    if last.counts.dicomFiles == 0 { throw ExitCode(ExitStatus.notFound.rawValue) }
    if !skipped.isEmpty { throw ExitCode(ExitStatus.partial.rawValue) }
  }

  private static func show(_ event: ScanEvent) {
    let counts = event.counts
    let line =
      "\r\(counts.folders) folders, \(counts.files) files, \(counts.dicomFiles) DICOM, "
      + "\(counts.skipped) skipped, \(Int(event.filesPerSecond)) files/s\u{1B}[K"
    StandardStream.write(Data(line.utf8), to: STDERR_FILENO)
  }

  // MARK: Text

  private func printText(_ studies: [IndexedStudy], _ skipped: [ScanSkip], _ last: ScanEvent) {
    for study in studies { printText(study) }
    if !skipped.isEmpty {
      Output.line("left out:")
      for skip in skipped { Output.line("  \(skip.path): \(skip.reason)") }
      Output.line()
    }
    let counts = last.counts
    Output.line(
      "\(studies.count) studies, \(counts.dicomFiles) instances, \(Words.bytes(counts.bytes)); "
        + "\(counts.folders) folders, \(counts.files) files, \(counts.otherFiles) no DICOM, "
        + "\(counts.skipped) left out")
  }

  private func printText(_ study: IndexedStudy) {
    let patient = [
      study.patientName.isEmpty ? "?" : study.patientName, study.patientID, study.patientBirthDate,
      study.patientSex,
    ]
    Output.line(patient.filter { !$0.isEmpty }.joined(separator: "  "))
    let what = [study.studyDate, study.modality, study.studyDescription, study.accessionNumber]
    Output.line("  " + what.filter { !$0.isEmpty }.joined(separator: "  "))
    Output.line("  \(study.studyInstanceUID)")
    for note in study.notes { Output.line("  ! \(note.words)") }
    for series in study.series {
      let name = [series.number.map(String.init) ?? "-", series.modality, series.description]
      Output.line(
        "    " + name.filter { !$0.isEmpty }.joined(separator: "  ")
          + "  \(series.instances.count) instances  \(Words.bytes(series.byteCount))")
      for note in series.notes { Output.line("    ! \(note.words(of: series))") }
      guard files else { continue }
      for instance in series.instances {
        let number = instance.number.map(String.init) ?? "-"
        let place = instance.distance.map { String(format: "  %.2f mm", $0) } ?? ""
        Output.line("      \(number)\(place)  \(instance.shownPath)")
      }
    }
    Output.line()
  }

  // MARK: JSON

  private func printJSON(_ studies: [IndexedStudy], _ skipped: [ScanSkip], _ last: ScanEvent)
    throws
  {
    for study in studies { try Output.json(ScanRow.Study(study, files: files)) }
    for skip in skipped { try Output.json(ScanRow.Skipped(skip)) }
    try Output.json(ScanRow.Summary(last, studies: studies.count))
  }
}
