import Crypto
import Domain
import Foundation
import Logging
public import ServiceLifecycle

/// Looks for reports in the archive: structured reports and encapsulated PDFs that appear in a
/// study after it was sent. It goes on looking, ever more seldom, after a report is ready: addenda,
/// corrections and other forms of it become versions.
public struct ReportPoller: Service {
  let catalogue: any ReportCatalogue & ChunkCatalogue
  let blobs: any BlobStore
  let destinations: Destinations
  let configuration: GatewayConfiguration
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
    guard destinations.pause(now: now) == nil else { return }
    do {
      for report in try await catalogue.duePolls(now: now, limit: 50) {
        if Task.isCancelled { return }
        let schedule = ReportSchedule(configuration: configuration)
        // Set before asking: a report that cannot be read must not stop the others.
        try await catalogue.schedulePoll(report.id, at: schedule.next(after: now, for: report))
        let breaker = destinations[report.facility].breaker
        guard breaker.pause(now: now) == nil else { continue }
        do {
          if try await poll(report) == .awaitsSignature {
            let soon = schedule.next(after: now, forUnsigned: report)
            try await catalogue.schedulePoll(report.id, at: soon)
          }
        } catch let error as ArchiveError {
          breaker.failed(now: configuration.now())
          logger.warning(
            "the PACS cannot be asked for reports", metadata: ["reason": "\(error.words)"])
        }
      }
    } catch is CancellationError {
      return
    } catch {
      logger.error("the report poller was interrupted", metadata: ["error": "\(error)"])
    }
  }

  /// Something came into a study: asks about its reports now.
  func look(atStudy study: String) async throws {
    if try await catalogue.schedulePolls(ofStudy: study, at: configuration.now()) {
      signal.raise()
    }
  }

  /// What the archive had for a report.
  enum Finding: Equatable {
    case nothingNew
    /// A document that is not signed yet, or more than were read at once.
    case awaitsSignature
    case newVersion
  }

  /// Asks the archive about one report. Costs one query while nothing new is in the study.
  @discardableResult
  func poll(_ report: ReportRecord) async throws -> Finding {
    // Documents that came with the study itself are not its report; what was signed is kept.
    let own = try await catalogue.files(of: report.upload).compactMap {
      $0.instance?.sopInstanceUID
    }
    let known = Set(own + report.versions.flatMap(\.sources))
    let archive = destinations[report.facility].archive
    let candidates = try await archive.instances(ofStudy: report.studyInstanceUID)
      .filter { ReportClasses.isReport($0) && !known.contains($0.sopInstanceUID) }
      .sorted { $0.sopInstanceUID < $1.sopInstanceUID }
    guard !candidates.isEmpty, report.versions.count < Self.maximumVersions else {
      return .nothingNew
    }
    var documents: [ReportFolding.Document] = []
    for candidate in candidates.prefix(Self.batch) {
      let bytes = try await archive.retrieve(
        study: report.studyInstanceUID, series: candidate.seriesInstanceUID,
        instance: candidate.sopInstanceUID, limit: configuration.maximumReport)
      do {
        documents.append(
          .init(
            uid: candidate.sopInstanceUID,
            content: try await ReportDocument.extract(fromDICOM: bytes)))
      } catch {
        logger.warning(
          "a report document cannot be read", metadata: ["report": "\(report.id)"])
      }
    }
    var changed = report
    changed.sources = Array(Set(report.sources + documents.map(\.uid))).sorted()
    changed.updatedAt = configuration.now()
    let signed = documents.filter(\.content.isFinal)
    guard signed.isEmpty else { return try await keep(signed, for: changed, of: report) }
    guard let draft = documents.first else { return .nothingNew }
    if report.status != .ready, report.status != .pending {
      // Somebody is writing. The text may change until it is signed, so it is not shown yet.
      changed.status = .pending
      changed.radiologist = draft.content.radiologist
      _ = try await catalogue.update(changed, notice: nil)
    }
    return .awaitsSignature
  }

  private static let batch = 20
  private static let maximumVersions = 100

  private func keep(
    _ signed: [ReportFolding.Document], for changed: ReportRecord, of report: ReportRecord
  ) async throws -> Finding {
    var documents = signed
    for index in documents.indices {
      guard let pdf = documents[index].content.pdf else { continue }
      // Named by what it holds: a PDF of an earlier version is never written over.
      let digest = Delivery.hex(SHA256.hash(data: pdf))
      let key = BlobKey("reports/\(report.id.rawValue)/\(digest).pdf")
      try await blobs.put(pdf, key: key)
      documents[index].pdf = key
    }
    let now = changed.updatedAt
    var folding = ReportFolding(report.versions, now: now)
    folding.add(documents)
    guard let newest = folding.versions.last else { return .nothingNew }
    var changed = changed
    changed.versions = folding.versions
    changed.version = folding.versions.count
    changed.status = .ready
    changed.text = ReportVersionRecord.text(of: folding.versions)
    changed.pdf = newest.pdf
    changed.radiologist = newest.radiologist
    changed.signedAt = newest.signedAt
    let words = ReportNews.words(newest, modality: report.study.modality)
    let notice = NotificationItem(
      id: .make(at: now), kind: .reportReady, title: words.title, message: words.message,
      relatedUploadID: report.upload.rawValue, relatedReportID: report.id, createdAt: now)
    let isAdded = try await catalogue.addVersions(changed, notice: notice)
    return isAdded ? .newVersion : .nothingNew
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
