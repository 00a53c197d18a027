import ArgumentParser
import Domain
import Foundation
import Store
import Sync

/// `radrelay reports …`: the reports on this workstation's studies.
struct ReportsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reports", abstract: "List and read reports.",
    subcommands: [List.self, Show.self, PDF.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ls", abstract: "List reports, the newest change first.")

    @OptionGroup var home: HomeOptions
    @Flag(help: "One JSON object per line.") var json = false
    @Option(help: "assigned, pending, ready or additional_data_required.")
    var status: ReportStatus?
    @Option(help: "At most this many.") var limit = 50

    func run() async throws {
      let store = try home.open()
      let (page, _) = try await store.reports(
        ReportFilter(status: status), Window(offset: 0, limit: min(max(0, limit), 100_000)))
      if json {
        for report in page.rows { try Output.json(ReportRow(report, withText: false)) }
        return
      }
      Output.table(
        ["REPORT", "PATIENT", "STUDY", "LEVEL", "STATUS", "DUE", "RADIOLOGIST"],
        page.rows.map { report in
          [
            report.id.rawValue, PersonName.display(report.study.patientName),
            [report.study.modality, report.study.studyDescription].joined(separator: " "),
            report.serviceLevel.title, report.standing, Words.time(report.dueAt),
            report.radiologist,
          ]
        })
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print one report.")

    @OptionGroup var home: HomeOptions
    @Flag(help: "One JSON object.") var json = false
    @Argument(help: "The report's id, or its upload's.") var report: String

    func run() async throws {
      let store = try home.open()
      let found = try await ReportLookup.find(report, in: store)
      if json {
        try Output.json(ReportRow(found, withText: true))
        return
      }
      Output.line(
        "\(PersonName.display(found.study.patientName))  \(found.study.modality) "
          + found.study.studyDescription)
      Output.line(
        "\(found.standing)\(found.radiologist.isEmpty ? "" : ", \(found.radiologist)")"
          + (found.signedAt.map { ", signed \(Words.time($0))" } ?? "")
          + (found.version > 1 ? ", version \(found.version)" : ""))
      Output.line()
      Output.block(found.text.isEmpty ? "There is no text yet." : found.text)
      if found.versions.contains(where: { $0.kind == .amended }) {
        Output.line()
        Output.line("Earlier versions were replaced; --json has them all.")
      }
    }
  }

  struct PDF: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "pdf", abstract: "Fetch a report as PDF.")

    @OptionGroup var home: HomeOptions
    @Option(help: "Where to put it (default: report-ID.pdf in this folder).") var output: String?
    @Argument(help: "The report's id, or its upload's.") var report: String

    func run() async throws {
      let (store, _) = try await home.openLoggedIn()
      let found = try await ReportLookup.find(report, in: store)
      // The name comes from the id, never from the patient.
      let path =
        output
        ?? "report-\(found.id.rawValue.filter { $0.isLetter || $0.isNumber || $0 == "-" }).pdf"
      try await Engine.make(store: store).savePDF(found.id, to: URL(fileURLWithPath: path))
      Output.line(path)
    }
  }
}

/// Finds reports by what a person types.
enum ReportLookup {
  static func find(_ text: String, in store: Store) async throws -> Report {
    if let report = try await store.report(ReportID(text)) { return report }
    if let id = try? await UploadLookup.find(text, in: store),
      let report = try await store.reports(of: id).first
    {
      return report
    }
    throw CommandFailure("There is no report \(text). See: radrelay reports ls", .notFound)
  }
}
