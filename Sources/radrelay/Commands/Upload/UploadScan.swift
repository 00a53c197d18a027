import ArgumentParser
import Domain
import Foundation

/// `radrelay upload scan DIR…`: what could be sent.
struct UploadScan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan", abstract: "Print the studies that could be sent; nothing is queued.")

  @Argument(
    help: "Folders, files, ZIP archives or the DICOMDIR of a medium.", completion: .directory)
  var folders: [String]
  @Flag(help: "One JSON object per study.") var json = false

  func run() async throws {
    let scan = await Sources.scan(folders)
    Sources.tellSkipped(scan)
    for found in scan.studies {
      if json { try Output.json(Row(found)) } else { show(found) }
    }
    guard !scan.studies.isEmpty else { throw ExitCode(ExitStatus.notFound.rawValue) }
    if scan.skippedCount > 0 || scan.studies.contains(where: { $0.objection != nil }) {
      throw ExitCode(ExitStatus.partial.rawValue)
    }
  }

  private func show(_ found: ScannedStudy) {
    let study = found.study
    let who = [study.patientName.isEmpty ? "?" : study.patientName, study.patientID]
    let what = [study.studyDate, study.modality, study.studyDescription]
    Output.line(
      (who + what).filter { !$0.isEmpty }.joined(separator: "  ")
        + "  \(found.files.count) images  \(Words.bytes(found.byteCount))")
    if !study.studyInstanceUID.isEmpty { Output.line("  \(study.studyInstanceUID)") }
    if found.stagedByteCount > 0 {
      Output.line("  copied here first: \(Words.bytes(found.stagedByteCount))")
    }
    for warning in found.warnings { Output.line("  ! \(warning)") }
  }

  /// The keys are part of the interface.
  private struct Row: Encodable {
    let studyInstanceUID: String
    let found: [StudyField: String]
    let series: Int
    let instances: Int
    let bytes: Int64
    let copiedFirst: Int64
    let warnings: [String]
    let objection: String?

    enum CodingKeys: String, CodingKey {
      case studyInstanceUID = "study_instance_uid"
      case found, series, instances, bytes, warnings, objection
      case copiedFirst = "bytes_copied_first"
    }

    init(_ scanned: ScannedStudy) {
      studyInstanceUID = scanned.study.studyInstanceUID
      var found: [StudyField: String] = [:]
      for field in StudyField.allCases where !scanned.study[field].isEmpty {
        found[field] = scanned.study[field]
      }
      self.found = found
      series = scanned.study.seriesCount
      instances = scanned.files.count
      bytes = scanned.byteCount
      copiedFirst = scanned.stagedByteCount
      warnings = scanned.warnings
      objection = scanned.objection
    }
  }
}
