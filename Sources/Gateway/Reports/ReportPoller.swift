import Domain
import Foundation
import Logging
public import ServiceLifecycle

/// Looks for reports in the archive: structured reports and encapsulated PDFs that appear in a
/// study after it was sent.
public struct ReportPoller: Service {
  let catalogue: any ReportCatalogue & ChunkCatalogue
  let blobs: any BlobStore
  let archive: any Archive
  let configuration: GatewayConfiguration
  let breaker: CircuitBreaker
  let logger: Logger
  let signal: Signal

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        await turn()
        await signal.wait(atMost: min(configuration.minimumPoll, configuration.urgentPoll))
      }
    }
  }

  /// Asks about every report that is due.
  func turn() async {
    let now = configuration.now()
    guard breaker.pause(now: now) == nil else { return }
    do {
      for report in try await catalogue.duePolls(now: now, limit: 50) {
        if Task.isCancelled { return }
        // Set before asking: a report that cannot be read must not stop the others.
        try await catalogue.schedulePoll(report.id, at: nextPoll(of: report, now))
        do {
          try await poll(report)
        } catch let error as ArchiveError {
          breaker.failed(now: configuration.now())
          logger.warning(
            "the PACS cannot be asked for reports", metadata: ["reason": "\(error.words)"])
          return
        }
      }
    } catch is CancellationError {
      return
    } catch {
      logger.error("the report poller was interrupted", metadata: ["error": "\(error)"])
    }
  }

  /// Soon after the study arrived often, later as seldom as the service level allows.
  private func nextPoll(of report: ReportRecord, _ now: Date) -> Date {
    let slowest =
      report.serviceLevel.needsClinicalHistory
      ? configuration.urgentPoll : configuration.routinePoll
    let age = max(0, now.timeIntervalSince(report.createdAt))
    // A study without a report for a month is asked about twice a day.
    let ceiling = age > 30 * 86_400 ? 43_200 : slowest
    return now.addingTimeInterval(max(configuration.minimumPoll, min(ceiling, age / 10)))
  }

  /// Asks the archive about one report.
  func poll(_ report: ReportRecord) async throws {
    guard report.status != .ready else { return }
    // Documents that came with the study itself are not its report.
    let own = Set(
      try await catalogue.files(of: report.upload).compactMap { $0.instance?.sopInstanceUID })
    let candidates = try await archive.instances(ofStudy: report.studyInstanceUID)
      .filter { ReportClasses.isReport($0) && !own.contains($0.sopInstanceUID) }
      .sorted { $0.sopInstanceUID < $1.sopInstanceUID }
    guard !candidates.isEmpty else { return }
    var documents: [ReportDocument] = []
    for candidate in candidates.prefix(20) {
      let bytes = try await archive.retrieve(
        study: report.studyInstanceUID, series: candidate.seriesInstanceUID,
        instance: candidate.sopInstanceUID, limit: configuration.maximumReport)
      do {
        documents.append(try await ReportDocument.extract(fromDICOM: bytes))
      } catch {
        logger.warning(
          "a report document cannot be read", metadata: ["report": "\(report.id)"])
      }
    }
    try await keep(documents, candidates.map(\.sopInstanceUID), for: report)
  }

  private func keep(_ documents: [ReportDocument], _ sources: [String], for report: ReportRecord)
    async throws
  {
    let signed = documents.filter(\.isFinal)
      .sorted { ($0.signedAt ?? .distantPast) > ($1.signedAt ?? .distantPast) }
    let now = configuration.now()
    var changed = report
    changed.sources = sources
    changed.updatedAt = now
    guard let main = signed.first(where: { $0.pdf == nil }) ?? signed.first else {
      // Somebody is writing. The text may change until it is signed, so it is not shown yet.
      guard !documents.isEmpty, report.status != .pending else { return }
      changed.status = .pending
      changed.radiologist = documents.first?.radiologist ?? ""
      _ = try await catalogue.update(changed, notice: nil)
      return
    }
    if let pdf = signed.lazy.compactMap(\.pdf).first {
      let key = BlobKey("reports/\(report.id.rawValue).pdf")
      try await blobs.put(pdf, key: key)
      changed.pdf = key
    }
    changed.status = .ready
    changed.text = main.text
    changed.radiologist =
      main.radiologist.isEmpty
      ? signed.lazy.map(\.radiologist).first { !$0.isEmpty } ?? "" : main.radiologist
    changed.signedAt = main.signedAt
    let notice = NotificationItem(
      id: .make(at: now), kind: .reportReady, title: "Report is ready",
      message: "The report on a \(report.study.modality) study is ready.",
      relatedUploadID: report.upload.rawValue, relatedReportID: report.id, createdAt: now)
    _ = try await catalogue.update(changed, notice: notice)
  }
}

/// Which objects are a radiologist's report.
enum ReportClasses {
  /// Basic Text, Enhanced, Comprehensive, Comprehensive 3D, Extensible SR (PS3.4 B.5) and
  /// Encapsulated PDF. Dose, CAD and measurement reports are made by machines.
  private static let classes: Set<String> = [
    "1.2.840.10008.5.1.4.1.1.88.11", "1.2.840.10008.5.1.4.1.1.88.22",
    "1.2.840.10008.5.1.4.1.1.88.33", "1.2.840.10008.5.1.4.1.1.88.34",
    "1.2.840.10008.5.1.4.1.1.88.35", "1.2.840.10008.5.1.4.1.1.104.1",
  ]

  /// An archive that does not tell the class is believed by its modality.
  static func isReport(_ instance: ArchivedInstance) -> Bool {
    instance.sopClassUID.isEmpty
      ? ["SR", "DOC"].contains(instance.modality) : classes.contains(instance.sopClassUID)
  }
}
